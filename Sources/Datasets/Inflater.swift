internal import CZlib

/// zlib's decompressor of raw deflate data, fed and emptied piece by piece.
struct Inflater: ~Copyable {
    /// On the heap, since zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>

    enum Failure: Error {
        case damaged, outOfMemory
    }

    struct Progress {
        /// Bytes of the input that were used.
        let consumed: Int
        /// Bytes of the output that were filled.
        let produced: Int
        /// Whether the data have come to their end.
        let isFinished: Bool
    }

    init() throws(Failure) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // Negative window bits: no zlib header, as in ZIP archives.
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw .outOfMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Unpacks as much of `input` as `output`, neither over 4 GiB, has room for behind its first `filled` bytes.
    mutating func inflate(_ input: ArraySlice<UInt8>, into output: inout [UInt8], after filled: Int) throws(Failure) -> Progress {
        let status = output.withUnsafeMutableBufferPointer { output in
            stream.pointee.avail_out = UInt32(output.count - filled)
            stream.pointee.next_out = output.baseAddress?.advanced(by: filled)
            return input.withUnsafeBufferPointer { input in
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                return CZlib.inflate(stream, Z_NO_FLUSH)
            }
        }
        let progress = Progress(
            consumed: input.count - Int(stream.pointee.avail_in), produced: output.count - filled - Int(stream.pointee.avail_out),
            isFinished: status == Z_STREAM_END)
        switch status {
        case Z_OK, Z_STREAM_END: return progress
        case Z_MEM_ERROR: throw .outOfMemory
        // Also Z_BUF_ERROR: with input and room to spare, zlib is never stuck.
        default: throw .damaged
        }
    }
}

/// CRC-32 as ZIP uses it, continued from the value over the bytes before (0 at the start).
func checksum(_ bytes: ArraySlice<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(UInt(previous), $0.baseAddress, $0.count)) }
}
