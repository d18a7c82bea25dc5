import LowRank
import Testing

@Suite("The trust region")
struct TrustRegionTests {
    @Test("Steps that do as predicted let the next one go further")
    func stepsThatDoAsPredictedLetTheNextOneGoFurther() {
        var region = TrustRegion(radius: 0.001)
        let holds = region.accepts(predicted: -0.01, measured: -0.012, standardError: 0.001)
        #expect(holds)
        #expect(region.radius == 0.0025)
        for _ in 0..<100 { _ = region.accepts(predicted: 0.01, measured: 0.02, standardError: 0) }
        #expect(region.radius == RankCurve.largestCurvature)
    }

    @Test("Steps that do worse beyond noise are taken back")
    func stepsThatDoWorseBeyondNoiseAreTakenBack() {
        var region = TrustRegion(radius: 0.004)
        let first = region.accepts(predicted: 0.01, measured: 0.05, standardError: 0.01)
        #expect(!first)
        #expect(region.radius == 0.001)
        let second = region.accepts(predicted: -0.01, measured: 0.01, standardError: 0.001)
        #expect(!second)
        #expect(region.radius == 0.00025)
    }

    @Test("Noise is no reason")
    func noiseIsNoReason() {
        var region = TrustRegion(radius: 0.004)
        let holds = region.accepts(predicted: 0.01, measured: 0.05, standardError: 0.02)
        #expect(holds)
    }
}
