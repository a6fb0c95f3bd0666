import HTTP
import Testing

@testable import GoogleIdentity

@Suite("How long an answer may be kept")
struct CacheLifetimeTests {
  @Test(
    "max-age less the age, within bounds",
    arguments: [
      ("public, max-age=21600, must-revalidate, no-transform", nil, 21_600), ("max-age=21600", "600", 21_000),
      ("MAX-AGE=\"900\"", nil, 900), ("public,max-age = 900", nil, 900), ("max-age=0", nil, 60), ("no-store", nil, 60),
      ("max-age=600", "9999", 60), ("max-age=600", "-9999", 600), ("max-age=600", "soon", 600),
      ("max-age=99999999999999999999999", nil, 86_400), ("max-age=86401", nil, 86_400), ("max-age=-600", nil, 60),
      ("max-age=", nil, 60), ("max-age", nil, 60), ("s-maxage=900", nil, 60), (nil, nil, 60),
      ("max-age=600", "9223372036854775807", 60),
    ] as [(String?, String?, Int64)])
  func seconds(_ control: String?, _ age: String?, _ expected: Int64) {
    var headers = HTTPHeaders()
    headers["Cache-Control"] = control
    headers["Age"] = age
    #expect(CacheLifetime.seconds(headers) == expected)
  }

  @Test("directives may come in several fields")
  func severalFields() {
    #expect(CacheLifetime.seconds(["Cache-Control": "public", "Cache-Control": "max-age=700"]) == 700)
  }
}
