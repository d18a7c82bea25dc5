import LowRank
import Testing

struct TrustRegionTests {
    @Test func stepsThatDoAsPredictedLetTheNextOneGoFurther() {
        var region = TrustRegion(radius: 0.001)
        let holds = region.accepts(predicted: -0.01, measured: -0.012, standardError: 0.001)
        #expect(holds)
        #expect(region.radius == 0.0015)
        for _ in 0..<100 { _ = region.accepts(predicted: 0.01, measured: 0.02, standardError: 0) }
        #expect(region.radius == RankCurve.largestCurvature)
    }

    @Test func stepsThatDoWorseBeyondNoiseAreTakenBack() {
        var region = TrustRegion(radius: 0.004)
        let first = region.accepts(predicted: 0.01, measured: 0.05, standardError: 0.01)
        #expect(!first)
        #expect(region.radius == 0.001)
        let second = region.accepts(predicted: -0.01, measured: 0.01, standardError: 0.001)
        #expect(!second)
        #expect(region.radius == 0.00025)
    }

    @Test func noiseIsNoReason() {
        var region = TrustRegion(radius: 0.004)
        let holds = region.accepts(predicted: 0.01, measured: 0.05, standardError: 0.02)
        #expect(holds)
    }
}
