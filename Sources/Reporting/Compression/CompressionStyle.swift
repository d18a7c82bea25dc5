/// What the page of a compression adds to that of a frontier.
enum CompressionStyle {
    static let page = """
        .verdict { border-left: 6px solid #8a3b00; background: #fdf1e7; padding: 0.75rem 1rem; border-radius: 0 6px 6px 0; }
        .verdict.met { border-color: #08693f; background: #e4f5ec; }
        .verdict p { margin: 0.25rem 0; }
        .verdict .word { font-size: 1.375rem; font-weight: 700; line-height: 1.2; }
        .small { font-size: 0.8125rem; color: #4a5563; max-width: 60rem; }
        .scrolls { overflow-x: auto; min-width: 0; }
        .beside { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); align-items: center; }
        .beside svg { display: block; width: 100%; max-width: 32rem; break-inside: avoid; }
        .plain { display: table; width: auto; border-collapse: collapse; font-size: 0.8125rem; line-height: 1.35; }
        .plain thead { display: table-header-group; }
        .plain tbody { display: table-row-group; }
        .plain tr { display: table-row; border: 0; }
        .plain th, .plain td, .plain td:empty { display: table-cell; padding: 0.35rem 0.75rem 0.35rem 0; overflow-wrap: normal;
          white-space: nowrap; border-bottom: 1px solid #d5dae0; text-align: right; font-size: inherit; }
        .plain .left { text-align: left; }
        .plain th:first-child, .plain td:first-child { min-width: 0; padding-left: 0.35rem; }
        .plain td::before { content: none; }
        .changed { border-left: 4px solid #0b5cad; }
        .spark { display: block; width: 7.5rem; height: 1.875rem; }
        .spark path { fill: none; stroke: none; }
        .spark .kept { fill: #0b5cad; }
        .spark .removed { fill: #0b5cad; fill-opacity: 0.18; stroke: #0b5cad; stroke-width: 0.5; }
        .spark .cut { stroke: #a33d00; stroke-width: 1.5; }
        .wraps { text-align: left; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.75rem; border-radius: 6px; background: #eef1f5;
          font: 0.8125rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
        @media screen and (prefers-color-scheme: dark) {
          .verdict { border-color: #ffb27d; background: #3a2413; }
          .verdict.met { border-color: #57d79c; background: #12372a; }
          .small { color: #b3bcc7; }
          .plain th, .plain td, .plain td:empty { border-color: #36404a; }
          .changed { border-left-color: #6cb2ff; }
          .spark .kept, .spark .removed { fill: #6cb2ff; }
          .spark .removed { stroke: #6cb2ff; }
          .spark .cut { stroke: #ffb27d; }
          pre { background: #1d242c; }
        }
        @media screen and (min-width: 82rem) {
          td.wraps { overflow-wrap: anywhere; white-space: normal; min-width: 8rem; }
        }
        @media (min-width: 64rem) {
          .beside { grid-template-columns: minmax(0, 30rem) minmax(0, 1fr); }
        }
        @media print {
          .verdict, .spark, .spark path { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          .verdict, .plain tr { break-inside: avoid; }
        }
        """
}
