package import YAMLSource

/// A way to authenticate, as a document declares it.
package struct SecurityScheme: Sendable, Hashable {
  /// What the scheme is.
  package enum Kind: Sendable, Hashable {
    /// A secret in a header, query parameter or cookie.
    case apiKey(name: String, location: Parameter.Location)
    /// An HTTP authentication scheme by its name in lower case: `bearer`, `basic`.
    case http(scheme: String, bearerFormat: String?)
    case mutualTLS
    case oauth2
    case openIDConnect(url: String)
    /// A reference to another host, which is not followed.
    case remote(String)
  }

  /// Its name in the document.
  package let name: String
  /// What it is.
  package let kind: Kind
  /// Where it is declared.
  package let location: SourceLocation
}

/// Schemes that must all be satisfied together; an operation lists alternatives of them.
package struct SecurityRequirement: Sendable, Hashable {
  /// A scheme with the scopes or roles that it must grant.
  package struct Part: Sendable, Hashable {
    /// The name of the scheme.
    package let scheme: String
    /// The scopes.
    package let scopes: [String]
  }

  /// The parts; none means that no authentication is one of the alternatives.
  package let parts: [Part]
  /// Where it is written.
  package let location: SourceLocation
}

/// A place where an API is served.
package struct Server: Sendable, Hashable {
  /// The URL with its variables at their defaults; possibly relative.
  package let url: String
  /// What it is for.
  package let summary: String?
  /// Where it is declared.
  package let location: SourceLocation

  /// The path of the URL without a slash at its end: `/v1`, or empty.
  package var basePath: String {
    var rest = Substring(url)
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...].drop { $0 != "/" } }
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    return path.hasSuffix("/") ? String(path.dropLast()) : String(path)
  }
}
