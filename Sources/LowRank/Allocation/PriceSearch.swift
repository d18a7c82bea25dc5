/// Finds the lowest price at which a choice is cheap enough.
enum PriceSearch {
    /// - Parameter choose: the choice at a price, and its cost, which does not rise with the price.
    /// - Returns: nil where no price makes the cost fall to `limit`.
    static func cheapest<Choice, Failure>(
        costAtMost limit: Double, choose: (Double) throws(Failure) -> (Choice, cost: Double)
    ) throws(Failure) -> Choice? {
        var low = 1e-12
        var high = low
        var (found, cost) = try choose(0)
        if cost <= limit { return found }
        (found, cost) = try choose(high)
        while cost > limit {
            guard high < 1e9 else { return nil }
            (low, high) = (high, high * 10)
            (found, cost) = try choose(high)
        }
        for _ in 0..<30 where high > low * 1.01 {
            let middle = (low * high).squareRoot()
            let (trial, cost) = try choose(middle)
            if cost <= limit { (high, found) = (middle, trial) } else { low = middle }
        }
        return found
    }
}
