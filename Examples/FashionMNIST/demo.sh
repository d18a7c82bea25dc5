#!/usr/bin/env bash
# Compresses model.onnx in both modes, then judges both results on images that neither training nor compression has seen.
# usage: demo.sh [JOINTRANK]
set -euo pipefail
jointrank=$(realpath "${1:-.build/release/jointrank}")
[ -x "$jointrank" ] || { echo "demo: $jointrank is missing: make build" >&2; exit 66; }
cd "$(dirname "$0")"

pixels=(--scale 0.00392156862745098 --mean 0.286 --std 0.353)

# Shows a command as one would type it, then runs it.
show() {
    printf '\n$ jointrank %s\n' "$*"
    "$jointrank" "$@"
}

python3 prepare_data.py out
show inspect model.onnx
# The smallest and fastest model whose accuracy falls by no more than one point, on this machine.
show compress model.onnx --mode compact --max-drop 1% --calibration out/calibration.npz "${pixels[@]}" -o out/compact.onnx --report out/compact.json --html out/compact.html
# The best model with three fifths of the arithmetic, for any machine.
show compress model.onnx --mode lossless --optimize macs --keep-macs 0.6 --calibration out/calibration.npz "${pixels[@]}" -o out/lossless.onnx --report out/lossless.json
for result in compact lossless; do
    "$jointrank" evaluate "out/$result.onnx" --against model.onnx --data out/test.npz "${pixels[@]}" --quiet --json > "out/$result.test.json"
done
python3 summary.py out/compact out/lossless
