package import JSON

/// The live categories as a forest, built from one flat list.
package struct CategoryTree: Sendable {
  /// How many levels a tree may have; the service refuses a parent that would make it deeper.
  package static let maximumDepth = 16

  private let roots: [Category]
  private let childrenByParent: [Int: [Category]]

  /// Sorts the categories under their parents, siblings by `sort_order` and then id.
  ///
  /// A category whose parent is not in the list becomes a root, so nothing is ever hidden by a deleted parent.
  package init(_ categories: [Category]) {
    let known = Set(categories.map(\.id))
    let sorted = categories.sorted { ($0.sortOrder, $0.id) < ($1.sortOrder, $1.id) }
    roots = sorted.filter { category in category.parentID.map { !known.contains($0) } ?? true }
    childrenByParent = Dictionary(grouping: sorted.filter { $0.parentID != nil }) { $0.parentID ?? 0 }
  }

  /// The wire form: each root with its `children`, recursively.
  package var json: [JSONValue] {
    roots.map { node($0, depth: 1) }
  }

  private func node(_ category: Category, depth: Int) -> JSONValue {
    // A damaged database can hold a deeper chain than the service would have made: it is cut, not followed.
    let children = depth < Self.maximumDepth ? childrenByParent[category.id] ?? [] : []
    var object = category.json
    object["children"] = .array(children.map { node($0, depth: depth + 1) })
    return .object(object)
  }
}
