import LowRank
import Testing

@Suite("What select samples let expect of right answers")
struct AnswerChangeTests {
    /// So many samples of one answer each.
    private func answers(_ count: Int, broken: Int, mended: Int) -> AnswerChange? {
        func hits(_ right: Range<Int>) -> [Double] { (0..<count).map { right.contains($0) ? 1 : 0 } }
        return AnswerChange(before: hits(mended..<(count - 10)), after: hits(0..<(count - 10 - broken)))
    }

    @Test("Fall and standard error, as if one more sample had changed")
    func moments() throws {
        let change = try #require(answers(400, broken: 6, mended: 2))
        #expect((change.broken, change.mended) == (6, 2) && abs(change.fall - 0.01) < 1e-12)
        // The squares of the changes are 8, less 400 * 0.01^2, and 1 of one more.
        #expect(abs(change.standardError - (8 - 0.04 + 1).squareRoot() / 400) < 1e-12)
        let none = try #require(answers(400, broken: 0, mended: 0))
        #expect(none.fall == 0 && abs(none.standardError - 1.0 / 400) < 1e-12)
        #expect(AnswerChange(before: [], after: []) == nil && AnswerChange(before: [1, 1], after: [1]) == nil)
    }

    @Test("Of one answer a sample, the bound of another set is exact, of as many changes as it would have")
    func exact() throws {
        let change = try #require(answers(400, broken: 6, mended: 2))
        #expect(change.upperBound95(samples: 400) == ExactFall.upperBound95(broken: 6, mended: 2, samples: 400))
        #expect(change.upperBound95(samples: 2000) == ExactFall.upperBound95(broken: 30, mended: 10, samples: 2000))
        // Broken samples are rounded up, mended ones down.
        #expect(change.upperBound95(samples: 100) == ExactFall.upperBound95(broken: 2, mended: 0, samples: 100))
    }

    @Test("Of several answers, the spread over the samples decides, and no less than what few samples can show")
    func several() throws {
        let before = (0..<100).map { $0 % 2 == 0 ? 0.5 : 0.75 }
        let change = try #require(AnswerChange(before: before, after: before.map { $0 - 0.25 }))
        #expect(abs(change.upperBound95(samples: 1_000_000, answersPerSample: 8) - 0.25) < 1e-3)
        let none = try #require(AnswerChange(before: before, after: before))
        #expect(none.upperBound95(samples: 100, answersPerSample: 8) == ExactFall.upperBound95(broken: 0, mended: 0, samples: 100) / 8)
    }

    @Test("The smallest fall that so many samples can show, and how many it takes")
    func smallest() throws {
        // By the bound at no change: -log(0.005) / n for the chance of one, which is the whole fall's nuisance.
        #expect(abs(ExactFall.smallest(samples: 1000) * 1000 - 4.0) < 0.1)
        #expect(ExactFall.smallest(samples: 1000, answersPerSample: 10) == ExactFall.smallest(samples: 1000) / 10)
        let needed = try #require(ExactFall.samplesNeeded(toShow: 0.005))
        #expect(ExactFall.smallest(samples: needed) <= 0.005 && ExactFall.smallest(samples: needed - 1) > 0.005)
        #expect((700...900).contains(needed))
        #expect(ExactFall.samplesNeeded(toShow: 0) == nil)
    }
}
