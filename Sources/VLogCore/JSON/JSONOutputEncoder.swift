/// Writes one value of a `JSONOutput`. Coding paths stay empty: keeping them would cost an allocation per value, for an
/// error that only a number that is not finite can cause.
struct JSONOutputEncoder: Encoder {
    let output: JSONOutput
    /// How many containers were open when the value began.
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(
            JSONObjectContainer(output: output, depth: output.begin(.object, at: depth))
        )
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONArrayContainer(output: output, depth: output.begin(.array, at: depth))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONValueContainer(output: output)
    }
}

struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        output.writeNull()
    }

    func encode(_ value: Bool, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        output.write(value)
    }

    func encode(_ value: String, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        output.write(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        try output.write(value)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        output.write(value)
    }

    func encode(_ value: Int64, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        output.write(value)
    }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        output.beginEntry(key.stringValue, at: depth)
        try output.encode(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        superEncoder(forKey: key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        superEncoder(forKey: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        output.beginEntry("super", at: depth)
        return JSONOutputEncoder(output: output, depth: depth)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        output.beginEntry(key.stringValue, at: depth)
        return JSONOutputEncoder(output: output, depth: depth)
    }
}

struct JSONArrayContainer: UnkeyedEncodingContainer {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    private(set) var count = 0

    init(output: JSONOutput, depth: Int) {
        self.output = output
        self.depth = depth
    }

    private mutating func beginEntry() {
        output.beginEntry(at: depth)
        count += 1
    }

    mutating func encodeNil() throws {
        beginEntry()
        output.writeNull()
    }

    mutating func encode(_ value: String) throws {
        beginEntry()
        output.write(value)
    }

    mutating func encode(_ value: some Encodable) throws {
        beginEntry()
        try output.encode(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        superEncoder().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { superEncoder().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder {
        beginEntry()
        return JSONOutputEncoder(output: output, depth: depth)
    }
}

struct JSONValueContainer: SingleValueEncodingContainer {
    let output: JSONOutput
    var codingPath: [any CodingKey] { [] }

    func encodeNil() throws { output.writeNull() }
    func encode(_ value: Bool) throws { output.write(value) }
    func encode(_ value: String) throws { output.write(value) }
    func encode(_ value: Double) throws { try output.write(value) }
    func encode(_ value: Float) throws { try output.write(Double(value)) }
    func encode(_ value: Int) throws { output.write(value) }
    func encode(_ value: Int8) throws { output.write(value) }
    func encode(_ value: Int16) throws { output.write(value) }
    func encode(_ value: Int32) throws { output.write(value) }
    func encode(_ value: Int64) throws { output.write(value) }
    func encode(_ value: UInt) throws { output.write(value) }
    func encode(_ value: UInt8) throws { output.write(value) }
    func encode(_ value: UInt16) throws { output.write(value) }
    func encode(_ value: UInt32) throws { output.write(value) }
    func encode(_ value: UInt64) throws { output.write(value) }
    func encode(_ value: some Encodable) throws { try output.encode(value) }
}
