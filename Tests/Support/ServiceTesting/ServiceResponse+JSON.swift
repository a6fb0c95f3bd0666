package import JSON
package import ServiceKit

extension ServiceResponse {
  /// The body as JSON; nil when it is none.
  package var json: JSONValue? { try? JSONValue(parsing: body) }
}
