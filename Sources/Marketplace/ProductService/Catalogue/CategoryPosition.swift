internal import JSON
package import ServiceKit

/// Where a category list goes on: after this `sort_order`, and after this id among equals.
package struct CategoryPosition: Sendable, Hashable {
  /// The `sort_order` of the last category shown.
  package let sortOrder: Int
  /// The last category shown.
  package let id: Int

  /// The position right after a category.
  package init(after category: Category) {
    sortOrder = category.sortOrder
    id = category.id
  }

  /// Reads a cursor back; throws `Cursor.invalid` when it has another shape.
  package init(_ cursor: Cursor) throws {
    let range = Int(Int32.min)...Int(Int32.max)
    guard cursor.fields.count == 2, let sortOrder = cursor.fields[0].intValue, let id = cursor.fields[1].intValue,
      range.contains(sortOrder), range.contains(id)
    else { throw Cursor.invalid }
    self.sortOrder = sortOrder
    self.id = id
  }

  /// The opaque form handed to the caller.
  package var cursor: Cursor {
    Cursor(.integer(sortOrder), .integer(id))
  }
}
