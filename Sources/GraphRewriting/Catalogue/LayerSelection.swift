/// Which layers a user wants treated: those that an include pattern matches, less those that an exclude pattern matches.
///
/// A pattern is a layer's name, or the name of one of its nodes, in which `*` stands for any run of characters (slashes too) and `?` for one character.
package struct LayerSelection: Sendable, Hashable {
    /// Empty: all layers.
    package var include: [String]
    package var exclude: [String]

    package init(include: [String] = [], exclude: [String] = []) {
        self.include = include
        self.exclude = exclude
    }

    /// The selected layers in graph order.
    ///
    /// - Throws: ``LayerSelectionError`` for a pattern that matches no layer, treatable or not: silently doing nothing for a name that
    ///   changed is how users lose their exclusions.
    package func layers(in catalogue: LayerCatalogue) throws(LayerSelectionError) -> [Layer] {
        let names = catalogue.layers.flatMap(\.names) + catalogue.untreated.map(\.name)
        for pattern in include + exclude {
            let glob = Array(pattern)
            guard names.contains(where: { matches(glob, Array($0)) }) else { throw .noMatch(pattern: pattern) }
        }
        let includes = include.map(Array.init)
        let excludes = exclude.map(Array.init)
        return catalogue.layers.filter { layer in
            let names = layer.names.map(Array.init)
            func isMatched(by patterns: [[Character]]) -> Bool { patterns.contains { pattern in names.contains { matches(pattern, $0) } } }
            return (includes.isEmpty || isMatched(by: includes)) && !isMatched(by: excludes)
        }
    }
}

extension Layer {
    /// Its own and those of its nodes, as users may know a table by its use as the output layer.
    fileprivate var names: [String] { [name] + uses.map(\.nodeName).filter { !$0.isEmpty } }
}

/// Whether the whole of `name` matches `pattern`, in time of at most their product: on a mismatch only the last `*` is tried further.
private func matches(_ pattern: [Character], _ name: [Character]) -> Bool {
    var inPattern = 0
    var inName = 0
    var retry: (pattern: Int, name: Int)?
    while inName < name.count {
        if inPattern < pattern.count, pattern[inPattern] == "*" {
            inPattern += 1
            retry = (inPattern, inName)
        } else if inPattern < pattern.count, pattern[inPattern] == "?" || pattern[inPattern] == name[inName] {
            inPattern += 1
            inName += 1
        } else if let star = retry {
            retry = (star.pattern, star.name + 1)
            inPattern = star.pattern
            inName = star.name + 1
        } else {
            return false
        }
    }
    return pattern[inPattern...].allSatisfy { $0 == "*" }
}
