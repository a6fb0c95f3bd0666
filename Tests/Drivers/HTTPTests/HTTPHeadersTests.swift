import HTTP
import Testing

@Suite struct HTTPHeadersTests {
  @Test("a name is found whatever its case, and the first field answers")
  func lookup() {
    let headers: HTTPHeaders = ["Set-Cookie": "a=1", "set-cookie": "b=2", "ETag": "x"]
    #expect(headers["SET-COOKIE"] == "a=1")
    #expect(headers.values("Set-Cookie") == ["a=1", "b=2"])
    #expect(headers["Accept"] == nil)
    #expect(headers.count == 3)
  }

  @Test("setting replaces all fields of a name at the place of the first")
  func setting() {
    var headers: HTTPHeaders = ["A": "1", "B": "2", "a": "3", "C": "4"]
    headers.set("a", "9")
    #expect(headers.fields.map(\.name) == ["a", "B", "C"])
    #expect(headers.fields.map(\.value) == ["9", "2", "4"])
    headers["b"] = nil
    headers["D"] = "5"
    #expect(headers.fields.map(\.name) == ["a", "C", "D"])
  }

  @Test("equality and hash ignore the case of names but not of values, and keep the order")
  func equality() {
    let headers: HTTPHeaders = ["Content-Type": "text/plain", "X": "1"]
    #expect(headers == ["content-type": "text/plain", "x": "1"])
    #expect(headers.hashValue == (["CONTENT-TYPE": "text/plain", "X": "1"] as HTTPHeaders).hashValue)
    #expect(headers != ["Content-Type": "TEXT/PLAIN", "X": "1"])
    #expect(headers != ["X": "1", "Content-Type": "text/plain"])
  }
}
