# Every target installs what it needs first (Scripts/bootstrap).
.PHONY: build demo bench test documentation manual format lint clean

swift_sources = Package.swift Sources Tests Fuzzing/Package.swift Fuzzing/Sources Examples

build:
	Scripts/bootstrap
	swift build --configuration release --product jointrank

demo:
	Scripts/bootstrap --demo
	swift build --configuration release --product jointrank
	Examples/FashionMNIST/demo.sh .build/release/jointrank

bench:
	Scripts/bootstrap --demo
	swift build --configuration release --product jointrank
	Benchmarks/frontier/run --methods svd,kfac-svd,joint --shares 0.8,0.6,0.4 --out Benchmarks/frontier/results/quick

# The tests run twice as fast in optimised modules, which take hardly longer to build; without information for debuggers less.
test: export JOINTRANK_OPTIMIZED = 1
test: lint
	Scripts/bootstrap --test
	swift build --build-tests -debug-info-format none
	swift test --skip-build -debug-info-format none
	python3 -m unittest discover --start-directory Benchmarks/frontier
	python3 -m unittest discover --start-directory Benchmarks/latency
	.deps/venv/bin/python -m unittest discover --start-directory Benchmarks/certificate
	python3 -m unittest discover --start-directory Scripts/comparison
	Scripts/build-documentation --skip-build
	Scripts/check-api --skip-build

documentation:
	Scripts/bootstrap
	Scripts/build-documentation

manual: build
	Scripts/build-manual .build/release/jointrank .build/jointrank.1

format:
	swift format --in-place --recursive $(swift_sources)

lint:
	swift format lint --strict --recursive $(swift_sources)

clean:
	rm -rf .build Fuzzing/.build Fuzzing/.corpus Examples/*/.build Examples/*/out
