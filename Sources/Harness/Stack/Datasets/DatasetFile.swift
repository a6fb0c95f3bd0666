import YAMLSource

/// Names of files in a dataset folder: `<store>.sql` for PostgreSQL, `<store>.json` for Firestore.
enum DatasetFile {
  /// The file of a store.
  static func name(for store: StoreDescription) -> String {
    switch store.kind {
    case .postgresql: "\(store.name).sql"
    case .firestore: "\(store.name).json"
    }
  }

  /// What is wrong with a file of a dataset folder; nil for a store's file, and for files that hold no data.
  static func problem(with name: String, stores: [StoreDescription]) -> (message: String, remedy: String?)? {
    guard name.hasSuffix(".sql") || name.hasSuffix(".json"), !name.hasPrefix(".") else { return nil }
    let expected = stores.map(Self.name(for:))
    if expected.contains(name) { return nil }
    let stem = String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
    if let store = stores.first(where: { $0.name == stem }) {
      return ("does not fit the store '\(stem)'", "name it '\(Self.name(for: store))'")
    }
    return ("belongs to no store", remedy(for: name, among: expected))
  }
}
