# Every target installs what it needs first (Scripts/bootstrap).
.PHONY: build demo test format lint clean

swift_sources = Package.swift Sources Tests

build:
	Scripts/bootstrap
	swift build --configuration release --product jointrank

demo:
	Scripts/bootstrap --demo
	swift build --configuration release --product jointrank
	Examples/FashionMNIST/demo.sh .build/release/jointrank

test: lint
	Scripts/bootstrap --test
	swift build --build-tests
	swift test --skip-build

format:
	swift format --in-place --recursive $(swift_sources)

lint:
	swift format lint --strict --recursive $(swift_sources)

clean:
	rm -rf .build Examples/*/out
