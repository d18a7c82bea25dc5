internal import Tensors

extension ArrayFileWriter {
    /// An `.npy` file, byte for byte as NumPy writes it.
    static func encodeNPY(_ tensor: Tensor) throws(EncodingError) -> [UInt8] {
        guard let type = tensor.elementType.npyDescriptor else {
            throw EncodingError(reason: "NumPy has no type for \(tensor.elementType)")
        }
        let lengths = tensor.shape.map(String.init)
        let shape = lengths.count == 1 ? "(\(lengths[0]),)" : "(\(lengths.joined(separator: ", ")))"
        var header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }".utf8)
        // NumPy leaves room for the first axis to grow to 21 digits, and then aligns the elements to 64 bytes.
        if let first = lengths.first { header += [UInt8](repeating: 0x20, count: 21 - first.utf8.count) }
        let prefixByteCount = NPYHeader.magic.count + 4
        header += [UInt8](repeating: 0x20, count: 63 - (prefixByteCount + header.count) % 64) + [0x0A]
        guard let length = UInt16(exactly: header.count) else { throw EncodingError(reason: "an array has too many axes") }
        var bytes = NPYHeader.magic + [1, 0]
        bytes.append(littleEndian: length)
        return bytes + header + tensor.bytes
    }

    /// A ZIP archive of stored members.
    static func encodeNPZ(_ arrays: [(name: String, tensor: Tensor)]) throws(EncodingError) -> [UInt8] {
        try checkNames(arrays.map(\.name))
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, tensor) in arrays {
            let member = try encodeNPY(tensor)
            let name = Array("\(name).npy".utf8)
            guard let nameByteCount = UInt16(exactly: name.count), let memberByteCount = UInt32(exactly: member.count),
                let offset = UInt32(exactly: bytes.count)
            else { throw EncodingError(reason: "it would be longer than 4 GiB, or a name longer than 64 KiB") }

            // Version 2.0 needed, names in UTF-8 (bit 11), stored, 1980-01-01 00:00.
            var description: [UInt8] = []
            for field in [20, 1 << 11, 0, 0, 1 << 5 | 1] as [UInt16] { description.append(littleEndian: field) }
            for field in [checksum(member[...]), memberByteCount, memberByteCount] { description.append(littleEndian: field) }
            for field in [nameByteCount, 0] { description.append(littleEndian: field) }

            bytes.append(littleEndian: 0x0403_4B50 as UInt32)
            bytes += description + name + member

            directory.append(littleEndian: 0x0201_4B50 as UInt32)
            directory.append(littleEndian: 20 as UInt16)
            directory += description
            // No comment, first disk, no attributes.
            directory += [UInt8](repeating: 0, count: 10)
            directory.append(littleEndian: offset)
            directory += name
        }
        guard let count = UInt16(exactly: arrays.count), count < .max, let offset = UInt32(exactly: bytes.count), offset < .max,
            let length = UInt32(exactly: directory.count)
        else { throw EncodingError(reason: "it would be longer than 4 GiB, or have more than 65534 arrays") }
        bytes += directory
        bytes.append(littleEndian: 0x0605_4B50 as UInt32)
        for field in [0, 0, count, count] { bytes.append(littleEndian: field) }
        for field in [length, offset] { bytes.append(littleEndian: field) }
        bytes.append(littleEndian: 0 as UInt16)
        return bytes
    }
}
