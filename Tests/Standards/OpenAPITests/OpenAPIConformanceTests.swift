import ConformanceSuites
import OpenAPI
import Testing
import YAMLSource

@Suite(
  "The documents of the OpenAPI 3.1 suite",
  .needsConformanceSuite("openapi-3.1"))
struct OpenAPIConformanceTests {
  private let loader = SourceLoader { name in
    guard let bytes = try? ConformanceSuites.bytes(of: "openapi-3.1/" + name) else {
      throw Diagnostic(location: nil, message: "no such file: '\(name)'")
    }
    return bytes
  }

  @Test("all documents that must load are loaded, all that must be refused are refused")
  func judged() throws {
    var right = 0, total = 0
    for verdict in ["pass", "fail"] {
      for name in try ConformanceSuites.files(in: "openapi-3.1/" + verdict) {
        total += 1
        let (document, diagnostics) = OpenAPIDocument.load(file: verdict + "/" + name, loader: loader)
        let isRight = (document != nil) == (verdict == "pass") && diagnostics.hasErrors == (verdict == "fail")
        let found = diagnostics.map(\.description).joined(separator: "\n")
        #expect(isRight, "\(verdict)/\(name): \(found)")
        if isRight { right += 1 }
        // A refusal must point at a line of the file, not at the file as a whole.
        if verdict == "fail" {
          #expect(diagnostics.allSatisfy { $0.severity != .error || $0.location != nil }, "\(name)")
        }
      }
    }
    print("OpenAPI 3.1 documents: \(right) of \(total) judged right")
    #expect(total >= 46)
  }

  @Test("what is wrong with each refused document is named")
  func reasons() {
    let reasons = [
      "example-examples.yaml": "a parameter cannot have both 'example' and 'examples'",
      "header-object-allowReserved.yaml": "a header has an unknown key 'allowReserved'",
      "invalid_schema_types.yaml": "a schema must be a mapping or a boolean, found null",
      "link-object-no-body.yaml": "a link has an unknown key 'body'",
      "no_containers.yaml": "the OpenAPI document has none of 'paths', 'components' and 'webhooks'",
      "parameter-object-cookie-form-allowReserved.yaml": "a parameter in cookie cannot have the style 'cookie'",
      "parameter-object-header-allowReserved.yaml":
        "'allowReserved' is only for query parameters, this one is in header",
      "parameter-object-path-allowReserved.yaml": "'allowReserved' is only for query parameters, this one is in path",
      "server_enum_empty.yaml": "the 'enum' of a server variable must not be empty",
      "servers.yaml": "'servers' of the OpenAPI document must be a list, found a mapping",
      "unknown_container.yaml": "the OpenAPI document has an unknown key 'overlays'",
    ]
    for (name, reason) in reasons {
      let (_, diagnostics) = OpenAPIDocument.load(file: "fail/" + name, loader: loader)
      #expect(diagnostics.contains { $0.message == reason }, "\(name): \(diagnostics)")
    }
  }
}
