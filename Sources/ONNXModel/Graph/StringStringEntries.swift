extension [StringStringEntryProto] {
    /// The value of the first entry with this key.
    package func value(of key: String) -> String? {
        first { $0.key == key }?.value
    }

    /// Gives the first entry with this key a new value, or adds one.
    package mutating func set(_ key: String, to value: String) {
        if let position = firstIndex(where: { $0.key == key }) {
            self[position].value = value
        } else {
            var entry = StringStringEntryProto()
            entry.key = key
            entry.value = value
            append(entry)
        }
    }
}
