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
show compress model.onnx --mode compact --max-drop 1% --optimize size --calibration out/calibration.npz "${pixels[@]}" -o out/compact.onnx --html out/compact.html
show compress model.onnx --mode lossless --keep-params 0.6 --optimize size --calibration out/calibration.npz "${pixels[@]}" -o out/lossless.onnx
for result in compact lossless; do
    show evaluate "out/$result.onnx" --against model.onnx --data out/test.npz "${pixels[@]}"
done
