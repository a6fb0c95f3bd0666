/// Which texts can be ids of Firestore documents.
enum DocumentID {
  /// Whether a text can be an id: 1 to 1500 bytes, no slash, not a dot segment, not reserved (`__.*__`).
  ///
  /// Firestore, "Usage and limits", constraints on document ids.
  static func isValid(_ text: String) -> Bool {
    let isReserved = text.utf8.count >= 4 && text.hasPrefix("__") && text.hasSuffix("__")
    return (1...1500).contains(text.utf8.count) && !text.utf8.contains(0) && !text.utf8.contains(UInt8(ascii: "/"))
      && text != "." && text != ".." && !isReserved
  }
}
