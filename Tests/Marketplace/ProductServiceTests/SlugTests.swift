import Testing

@testable import ProductService

@Suite("Slugs")
struct SlugTests {
  @Test(
    "a slug keeps letters and digits and joins them with single hyphens",
    arguments: [
      ("Wireless Headphones", "wireless-headphones"), ("  Chef's   Knife! ", "chefs-knife"),
      ("27-inch 4K Monitor", "27-inch-4k-monitor"), ("Home & Kitchen", "home-kitchen"), ("日本", ""), ("---", ""),
      ("Café", "caf"),
    ])
  func derivesSlugs(name: String, slug: String) {
    #expect(Slug.derived(from: name) == slug)
  }

  @Test("a slug is never longer than its column and never ends in a hyphen")
  func staysInItsColumn() {
    let slug = Slug.derived(from: String(repeating: "ab ", count: 400))
    #expect(slug.count <= Slug.maximumLength)
    #expect(!slug.hasSuffix("-"))
  }

  @Test("a product falls back to name and SKU, and to the SKU alone for a name without letters")
  func offersCandidates() {
    #expect(Slug.candidates(name: "Desk Lamp", sku: "HOME_LAMP.1") == ["desk-lamp", "desk-lamp-home-lamp-1"])
    #expect(Slug.candidates(name: "灯", sku: "LAMP-1") == ["product-lamp-1"])
  }
}
