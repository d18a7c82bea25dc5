/// What so many samples can show at best: no answer of theirs has changed.
extension ExactFall {
    /// The upper bound of the fall, at 95 %, where no answer has changed: about 4 / n.
    ///
    /// - Parameters:
    ///   - samples: of the certify set.
    ///   - answersPerSample: of the mean sample.
    package static func smallest(samples: Int, answersPerSample: Double = 1) -> Double {
        upperBound95(broken: 0, mended: 0, samples: samples) / max(answersPerSample, 1)
    }

    /// The fewest samples that can show a fall of no more than this.
    ///
    /// - Returns: nil where it would take more than a hundred million.
    package static func samplesNeeded(toShow fall: Double, answersPerSample: Double = 1) -> Int? {
        let most = 100_000_000
        guard fall > 0, smallest(samples: most, answersPerSample: answersPerSample) <= fall else { return nil }
        var (tooFew, enough) = (0, most)
        while enough - tooFew > 1 {
            let middle = (tooFew + enough) / 2
            if smallest(samples: middle, answersPerSample: answersPerSample) <= fall { enough = middle } else { tooFew = middle }
        }
        return enough
    }
}
