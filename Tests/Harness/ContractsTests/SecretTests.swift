import FoundationEssentials
import HTTP
import JSON
import Testing

@testable import Contracts

@Suite("Secrets") struct SecretTests {
  @Test("names tell what is secret")
  func names() {
    for name in ["password", "new_password", "idToken", "X-Session-Token", "api_key", "clientSecret", "tokens"] {
      #expect(SecretNames.isSecret(name), "\(name)")
    }
    for name in ["name", "email", "nextPageToken", "passwordless", "tokenCount", "key", "secretary"] {
      #expect(!SecretNames.isSecret(name), "\(name)")
    }
  }

  @Test("every form of a secret is found, the longest first")
  func forms() {
    let catalog = SecretCatalog()
    let secret = #"pä/ss "w" &5%"#
    catalog.learn(secret: secret, named: "password")
    for form in SecretForms.all(of: secret, variable: "PASSWORD") {
      let text = "a " + String(decoding: form.bytes, as: UTF8.self) + " b"
      #expect(catalog.parts(of: text) == [.text("a "), .secret(variable: form.variable), .text(" b")])
    }
    #expect(
      SecretForms.all(of: secret, variable: "P").prefix(7).map { String(decoding: $0.bytes, as: UTF8.self) } == [
        #"pä/ss "w" &5%"#, "p%C3%A4%2Fss%20%22w%22%20%265%25", "p%c3%a4%2fss%20%22w%22%20%265%25",
        "p%C3%A4%2Fss+%22w%22+%265%25", #"pä/ss \"w\" &5%"#, #"pä\/ss \"w\" &5%"#, #"p\u00e4/ss \"w\" &5%"#,
      ])
  }

  @Test("an encoded secret is found, whatever stands around it")
  func encodings() {
    for length in 6...24 {
      let secret = String("kö/rrect-h0rse=battery?staple".prefix(length))
      let catalog = SecretCatalog()
      catalog.learn(secret: secret, named: "password")
      for before in ["", "u", "us", "user:", "someone@example.com:"] {
        for behind in ["", "!", "!!", "!!!"] {
          let encoded = Data((before + secret + behind).utf8).base64EncodedString()
          let safe = encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
          guard secret.utf8.count >= 9 else { continue }
          #expect(catalog.redacted("x \(encoded) y").contains("••••"), "\(secret) in \(encoded)")
          #expect(catalog.redacted("x \(safe) y").contains("••••"), "\(secret) in \(safe)")
        }
      }
      let hex = secret.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(catalog.redacted(hex) == "••••")
      #expect(catalog.redacted(hex.uppercased()) == "••••")
    }
  }

  @Test("the parts of a token are as secret as the token, but for its header")
  func tokenParts() {
    let catalog = SecretCatalog()
    catalog.learn(secret: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl", named: "id_token")
    #expect(catalog.redacted("payload eyJzdWIiOiJhZGEifQ, signature c2lnbmF0dXJl") == "payload ••••, signature ••••")
    #expect(catalog.redacted("header eyJhbGciOiJSUzI1NiJ9") == "header eyJhbGciOiJSUzI1NiJ9")
  }

  @Test("a secret in a page is found with its characters escaped")
  func html() {
    let catalog = SecretCatalog()
    catalog.learn(secret: "a<b>&\"c'd", named: "password")
    #expect(catalog.redacted("<p>a&lt;b&gt;&amp;&quot;c&#39;d</p>") == "<p>••••</p>")
  }

  @Test("the beginning of a secret is hidden where a text was cut, and only there")
  func cut() {
    let catalog = SecretCatalog()
    catalog.learn(secret: "correct horse battery", named: "password")
    #expect(catalog.redacted("was \"correct hor…\"") == "was \"••••…\"")
    #expect(catalog.redacted("was correct hor", isCut: true) == "was ••••")
    #expect(catalog.redacted("was correct hor") == "was correct hor")
    #expect(catalog.redacted("a correct answer…") == "a correct answer…")
  }

  @Test("a secret that contains another one leaves nothing of itself")
  func nested() {
    let catalog = SecretCatalog()
    catalog.learn(secret: "secret", named: "password")
    catalog.learn(secret: "secret-and-more", named: "token")
    #expect(catalog.redacted("secret-and-more, secret") == "••••, ••••")
  }

  @Test("two secrets of one name have two variables, in the order in which they were seen")
  func variables() {
    let catalog = SecretCatalog()
    catalog.learn(["password": "first one", "other": ["password": "second one"]] as JSONValue)
    catalog.learn(secret: "first one", named: "token")
    #expect(catalog.parts(of: "first one") == [.secret(variable: "PASSWORD")])
    #expect(catalog.parts(of: "second one") == [.secret(variable: "PASSWORD_2")])
  }

  @Test(
    "credentials of every kind are learned from messages",
    arguments: [
      ("Authorization", "Bearer abcdef123", "abcdef123"),
      ("authorization", "Basic dXNlcjpvcGVuIHNlc2FtZQ==", "open sesame"),
      ("Cookie", "theme=dark; sid=abcdef123", "abcdef123"),
      ("Set-Cookie", "sid=abcdef123; Path=/; HttpOnly", "abcdef123"),
      ("X-Session-Token", "abcdef123", "abcdef123"), ("Location", "/next?access_token=abc%2Fdef123", "abc/def123"),
    ])
  func headers(name: String, value: String, secret: String) {
    let catalog = SecretCatalog()
    catalog.learn(HTTPResponse(status: 200, headers: [name: value]), body: MessageBody([]))
    #expect(catalog.redacted("see \(secret)!") == "see ••••!")
    #expect(catalog.redacted("Path=/; HttpOnly; Basic") == "Path=/; HttpOnly; Basic")
  }

  @Test("forms and queries of requests are learned")
  func forms2() {
    let catalog = SecretCatalog()
    let request = HTTPRequest(
      method: "POST", url: "http://h/x?api_key=k%20k%20k%20k",
      headers: ["Content-Type": "application/x-www-form-urlencoded"])
    catalog.learn(request, body: MessageBody(Array("user=ada&password=open+sesame".utf8)))
    #expect(catalog.redacted("k k k k") == "••••")
    #expect(catalog.redacted("open+sesame") == "••••")
    #expect(catalog.redacted("ada") == "ada")
  }

  @Test("a token in a log is known by its shape")
  func tokenShape() {
    #expect(
      TokenShape.blotted("got eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9.sig, and eyJ") == "got ••••, and eyJ")
  }
}
