internal import FoundationEssentials
package import ServiceKit
package import Testing

/// Expects that the OpenAPI document of a service has every operation that its router serves, and no other.
package func expectDocument(
  of service: String, describes router: Router, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  // …/Tests/Support/ServiceTesting/DocumentedOperations.swift: the repository is four levels up.
  let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
  let document = try String(contentsOfFile: "/\(root)/contracts/apis/\(service).openapi.yaml", encoding: .utf8)
  // Operations are indented by six; in a link the word stands deeper, followed by the operation it leads to.
  let documented = document.split(separator: "\n").compactMap { line -> String? in
    line.hasPrefix("      operationId: ") ? String(line.dropFirst("      operationId: ".count)) : nil
  }
  // The host adds these two to every service.
  let served = router.operations + ["getHealth", "getReadiness"]
  #expect(documented.sorted() == served.sorted(), sourceLocation: sourceLocation)
}
