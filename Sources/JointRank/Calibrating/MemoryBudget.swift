internal import GraphRewriting
internal import LowRank
internal import Reporting
internal import Search

/// Divides layers into blocks that are looked at one after the other, so that what a sweep over samples needs for them fits in memory.
///
/// Counted are the large parts that grow with the number of layers: factors, which the graph and the runtime hold in three copies while a
/// probe is opened, or in one where the model is large, and moments or gates. The model itself and a batch's values come on top, whatever the
/// blocks. Blocks follow from the layers and the limit alone, not from what the process takes: the same run gives the same bytes everywhere.
struct MemoryBudget {
    /// Bytes for all of that; nil for no limit.
    let limit: Int?

    /// What a sweep collects of each layer.
    enum Purpose {
        case statistics
        /// - Parameter samples: how many there are.
        case gates(samples: Int)
    }

    /// Blocks of layers, in order.
    ///
    /// - Throws: ``JointRankError`` where one layer alone is too much.
    func blocks(of layers: [FactoredLayer], for purpose: Purpose) throws(JointRankError) -> [Range<Int>] {
        guard let limit else { return layers.isEmpty ? [] : [layers.indices] }
        let needs = layers.map { MemoryBudget.need($0.shape, rank: $0.rank, purpose, onDisk: $0.storage == .singleOnDisk) }
        let available = limit - needs.reduce(0) { $0 + $1.lasting }
        var blocks: [Range<Int>] = []
        var sum = 0
        for (index, need) in needs.enumerated() {
            guard need.passing <= available else {
                throw JointRankError(
                    .usage,
                    "--memory-limit \(NumberText.bytes(limit)): layer '\(layers[index].name)' asks for about "
                        + NumberText.bytes(limit - available + need.passing))
            }
            if let last = blocks.last, sum + need.passing <= available {
                blocks[blocks.count - 1] = last.lowerBound..<index + 1
                sum += need.passing
            } else {
                blocks.append(index..<index + 1)
                sum = need.passing
            }
        }
        return blocks
    }

    /// Bytes that layers take at full rank, in the sweep that takes most.
    ///
    /// - Parameter samples: that gates are collected of.
    func bytes(of layers: [Layer], samples: Int) -> Int {
        let areLarge = layers.areLarge
        let sweeps = [Purpose.statistics, .gates(samples: samples)].map { purpose in
            layers.map { layer in
                let isOnDisk = layer.storage(areLarge: areLarge) == .singleOnDisk
                return MemoryBudget.need(layer.shape, rank: layer.fullRank, purpose, onDisk: isOnDisk)
            }.reduce(0) { $0 + $1.lasting + $1.passing }
        }
        return min(sweeps.max() ?? 0, limit ?? .max)
    }

    /// Bytes that stay taken by a layer, and those that a sweep over it takes meanwhile.
    private static func need(_ layer: LayerShape, rank: Int, _ purpose: Purpose, onDisk isOnDisk: Bool) -> (lasting: Int, passing: Int) {
        let (float, double) = (4, 8)
        let factors = float * layer.groups * rank * (layer.rows + layer.columns)
        let lasting = isOnDisk ? 0 : factors
        let copies = isOnDisk ? factors : 3 * factors
        switch purpose {
        case .statistics:
            // Of hidden values and of gradients: in the runtime, as it returns them, and summed up over each half of the samples and over all.
            return (lasting, copies + 2 * layer.groups * rank * rank * (2 * float + 3 * double))
        case .gates(let samples):
            return (lasting + 2 * float * samples * rank, copies)
        }
    }
}
