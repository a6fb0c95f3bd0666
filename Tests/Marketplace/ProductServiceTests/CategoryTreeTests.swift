import JSON
import RFC3339
import Testing

@testable import ProductService

@Suite("The category tree")
struct CategoryTreeTests {
  private func category(_ id: Int, parent: Int? = nil, order: Int = 0) -> ProductService.Category {
    let time = Timestamp(seconds: 0, nanoseconds: 0)
    return ProductService.Category(
      id: id, name: "c\(id)", description: nil, status: "active", sortOrder: order, parentID: parent, slug: "c\(id)",
      imageURL: nil, createdAt: time, updatedAt: time)
  }

  private func shape(_ nodes: [JSONValue]) -> String {
    nodes.map { node in
      let children = node["children"]?.arrayValue ?? []
      return "\(node["id"]?.intValue ?? 0)" + (children.isEmpty ? "" : "(\(shape(children)))")
    }.joined(separator: " ")
  }

  @Test("children stand below their parent, siblings by sort order and then id")
  func nests() {
    let tree = CategoryTree([
      category(4, parent: 1, order: 2), category(3, parent: 1, order: 1), category(2), category(1, order: -1),
      category(5, parent: 4),
    ])
    #expect(shape(tree.json) == "1(3 4(5)) 2")
  }

  @Test("a category whose parent is gone is shown as a root")
  func hidesNothing() {
    #expect(shape(CategoryTree([category(2, parent: 9), category(3, parent: 2)]).json) == "2(3)")
  }

  @Test("a chain deeper than the service makes is cut instead of followed")
  func isBounded() {
    let chain = (1...40).map { category($0, parent: $0 == 1 ? nil : $0 - 1) }
    var depth = 0
    var level = CategoryTree(chain).json
    while let node = level.first {
      depth += 1
      level = node["children"]?.arrayValue ?? []
    }
    #expect(depth == CategoryTree.maximumDepth)
  }
}
