/// Which texts can be ids of Firestore documents.
enum DocumentID {
  /// Whether a text can be an id: 1 to 1500 bytes, no slash, not a dot segment, not reserved (`__.*__`).
  ///
  /// Firestore, "Usage and limits", constraints on document ids.
  static func isValid(_ text: String) -> Bool {
    // By byte: a mark after an underscore makes another character of it for Swift, not for Firestore.
    let (bytes, mark) = (text.utf8, "__".utf8)
    let isReserved = bytes.count >= 4 && bytes.starts(with: mark) && bytes.suffix(2).elementsEqual(mark)
    return (1...1500).contains(text.utf8.count) && !text.utf8.contains(0) && !text.utf8.contains(UInt8(ascii: "/"))
      && text != "." && text != ".." && !isReserved
  }
}
