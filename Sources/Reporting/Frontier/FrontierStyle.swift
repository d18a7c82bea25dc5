/// Style sheets of the drawing. Dark colours are for screens only, so that prints stay light.
enum FrontierStyle {
    /// For a chart, alone or in the page. Plain colours: not every SVG renderer knows variables.
    static let chart = """
        .chart { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        .chart text { fill: #4a5563; }
        .chart .tick { font-size: 11px; }
        .chart .heading { font-size: 14px; font-weight: 600; fill: #17202a; }
        .chart .chosen { font-weight: 600; fill: #08693f; }
        .chart .middle { text-anchor: middle; }
        .chart .end { text-anchor: end; }
        .chart path { fill: none; stroke: #8a94a0; }
        .chart .grid { stroke: #e2e6eb; }
        .chart .zero { stroke: #4a5563; stroke-width: 1.5; }
        .chart .guide { stroke: #08693f; stroke-dasharray: 3 3; }
        .chart .error { stroke: #0b5cad; stroke-width: 1.5; }
        .chart .bound { stroke: #0b5cad; stroke-opacity: 0.45; }
        .chart .certified { fill: #0b5cad; }
        .chart .selected { fill: #ffffff; stroke: #0b5cad; stroke-width: 1.5; }
        .chart .original { fill: #4a5563; stroke: #ffffff; }
        .chart .ring { fill: none; stroke: #08693f; stroke-width: 2; }
        .chart .paper { fill: #ffffff; }
        @media screen and (prefers-color-scheme: dark) {
          .chart text { fill: #b3bcc7; }
          .chart .heading { fill: #eef1f5; }
          .chart .chosen { fill: #57d79c; }
          .chart path { stroke: #77818d; }
          .chart .grid { stroke: #2c343d; }
          .chart .zero { stroke: #b3bcc7; }
          .chart .guide, .chart .ring { stroke: #57d79c; }
          .chart .error, .chart .bound { stroke: #6cb2ff; }
          .chart .certified { fill: #6cb2ff; }
          .chart .selected { fill: #12161b; stroke: #6cb2ff; }
          .chart .original { fill: #b3bcc7; stroke: #12161b; }
          .chart .paper { fill: #12161b; }
        }
        """

    /// For the page around the charts. Where the table is too wide, on paper too, every row is a block of its own, with its labels.
    static let page = """
        :root { color-scheme: light dark; }
        body { margin: 0 auto; max-width: 88rem; padding: 1rem 12px; background: #ffffff; color: #17202a;
          font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
        h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; break-after: avoid; }
        .charts { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); margin-top: 1.5rem; }
        .charts svg { display: block; width: 100%; max-width: 32rem; break-inside: avoid; }
        table, td { display: block; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
        thead { display: none; }
        tbody { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
        tr { display: block; border: 1px solid #d5dae0; border-radius: 6px; padding: 0.4rem 0.75rem; break-inside: avoid; }
        td { display: flex; justify-content: space-between; gap: 1rem; text-align: right; }
        td:empty { display: none; }
        td::before { content: attr(data-label); color: #4a5563; flex: none; }
        .smallest { background: #e4f5ec; border-color: #08693f; }
        .smallest td:first-child { font-weight: 600; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0; font-size: 0.875rem; }
        dt { color: #4a5563; }
        dd { margin: 0; }
        @media screen and (min-width: 82rem) {
          table { display: table; width: 100%; border-collapse: collapse; font-size: 0.75rem; line-height: 1.35; }
          thead { display: table-header-group; }
          tbody { display: table-row-group; }
          tr { display: table-row; }
          th, td, td:empty { display: table-cell; font-size: inherit; padding: 0.35rem; border-bottom: 1px solid #d5dae0; }
          th { overflow-wrap: normal; text-align: right; vertical-align: bottom; }
          td { overflow-wrap: normal; white-space: nowrap; }
          td:first-child { overflow-wrap: anywhere; white-space: normal; min-width: 8rem; }
          th.left, td.left { text-align: left; }
          td::before { content: none; }
        }
        @media screen and (prefers-color-scheme: dark) {
          body { background: #12161b; color: #eef1f5; }
          th, td, td:empty, tr { border-color: #36404a; }
          .smallest { background: #12372a; border-color: #57d79c; }
          dt, td::before { color: #b3bcc7; }
        }
        @media print {
          body { padding: 0; max-width: none; }
          .charts { grid-template-columns: 1fr 1fr; }
          tbody { grid-template-columns: 1fr 1fr 1fr; }
          td { font-size: 8pt; }
        }
        """
}
