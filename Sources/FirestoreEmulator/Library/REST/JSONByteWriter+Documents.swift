package import FirestoreModel

extension JSONByteWriter {
  /// Writes the REST form of a value; names in maps are sorted, so that answers repeat exactly.
  package mutating func value(_ value: FirestoreValue) {
    switch value {
    case .null: raw("{\"nullValue\":null}")
    case .boolean(let flag): if flag { raw("{\"booleanValue\":true}") } else { raw("{\"booleanValue\":false}") }
    case .integer(let number):
      raw("{\"integerValue\":\"")
      integer(number)
      raw("\"}")
    case .double(let number):
      raw("{\"doubleValue\":")
      double(number)
      raw("}")
    case .timestamp(let timestamp):
      raw("{\"timestampValue\":")
      time(StoreTime(timestamp))
      raw("}")
    case .string(let text):
      raw("{\"stringValue\":")
      string(text)
      raw("}")
    case .bytes(let bytes):
      raw("{\"bytesValue\":")
      string(Base64.encode(bytes))
      raw("}")
    case .reference(let name):
      raw("{\"referenceValue\":")
      string(name)
      raw("}")
    case .geoPoint(let latitude, let longitude): geoPoint(latitude, longitude)
    case .array(let values):
      guard !values.isEmpty else { return raw("{\"arrayValue\":{}}") }
      raw("{\"arrayValue\":{\"values\":")
      list(values) { $0.value($1) }
      raw("}}")
    case .map(let map):
      guard !map.isEmpty else { return raw("{\"mapValue\":{}}") }
      raw("{\"mapValue\":{\"fields\":")
      fields(map)
      raw("}}")
    }
  }

  /// Writes named values as an object.
  package mutating func fields(_ map: [String: FirestoreValue]) {
    raw("{")
    var isFirst = true
    for (name, field) in map.sorted(by: { UTF8Order.compare($0.key, $1.key) < 0 }) {
      if !isFirst { raw(",") }
      isFirst = false
      string(name)
      raw(":")
      value(field)
    }
    raw("}")
  }

  /// Writes a stored document; `root` is what its name starts with, `mask` the fields to show (nil: all).
  package mutating func document(_ document: StoredDocument, root: String, mask: [FieldPath]?) {
    raw("{\"name\":\"")
    escaped(root)
    for segment in document.collection.segments {
      raw("/")
      escaped(segment)
    }
    raw("/")
    escaped(document.id)
    raw("\"")
    let shown = mask.map { $0 == [.documentID] ? [:] : FieldTree.project(document.fields, to: $0) } ?? document.fields
    if !shown.isEmpty {
      raw(",\"fields\":")
      fields(shown)
    }
    raw(",\"createTime\":")
    time(document.createTime)
    raw(",\"updateTime\":")
    time(document.updateTime)
    raw("}")
  }

  /// Writes a list with `element` called for each member.
  package mutating func list<T>(_ elements: [T], _ element: (inout JSONByteWriter, T) -> Void) {
    raw("[")
    for (index, member) in elements.enumerated() {
      if index > 0 { raw(",") }
      element(&self, member)
    }
    raw("]")
  }

  /// Zero members are left out, as the JSON mapping of Protocol Buffers does.
  private mutating func geoPoint(_ latitude: Double, _ longitude: Double) {
    raw("{\"geoPointValue\":{")
    if latitude != 0 {
      raw("\"latitude\":")
      double(latitude)
    }
    if longitude != 0 {
      if latitude != 0 { raw(",") }
      raw("\"longitude\":")
      double(longitude)
    }
    raw("}}")
  }
}
