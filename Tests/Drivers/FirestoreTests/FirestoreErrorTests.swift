import FirestoreModel
import HTTP
import Testing

@testable import Firestore

@Suite struct FirestoreErrorTests {
  @Test(
    "both shapes of an error answer are read",
    arguments: [
      #"{"error":{"code":400,"message":"no index","status":"FAILED_PRECONDITION"}}"#,
      #"[{"error":{"code":400,"message":"no index","status":"FAILED_PRECONDITION"}}]"# + "\n",
      "[{\n \"error\": {\"code\": 400, \"message\": \"no index\", \"status\": \"FAILED_PRECONDITION\"}}\n]",
    ])
  func shapes(_ body: String) {
    let error = FirestoreError(httpStatus: 400, body: Array(body.utf8))
    #expect(error.status == .failedPrecondition)
    #expect(error.httpStatus == 400)
    #expect(error.message == "no index")
    #expect(!error.retryable)
    #expect("\(error)" == "FAILED_PRECONDITION: no index")
  }

  @Test("what proxies answer is read by its HTTP status")
  func foreign() {
    let error = FirestoreError(httpStatus: 503, body: Array("<html>upstream gone</html>".utf8))
    #expect(error.status == .unavailable)
    #expect(error.retryable)
    #expect(error.message.contains("upstream gone"))
    #expect(FirestoreError(httpStatus: 418, body: []).status == nil)
    #expect(FirestoreError(httpStatus: 500, body: Array(#"{"error":"text"}"#.utf8)).status == .internal)
  }

  @Test("the name of the status decides, not the HTTP code", arguments: FirestoreStatus.allCases)
  func names(_ status: FirestoreStatus) {
    let body = #"{"error":{"code":409,"message":"m","status":"\#(status.rawValue)"}}"#
    let error = FirestoreError(httpStatus: 409, body: Array(body.utf8))
    #expect(error.status == status)
    #expect(error.retryable == [.unavailable, .resourceExhausted, .aborted].contains(status))
  }

  @Test("an exchange that failed says whether the server may have done something")
  func transport() {
    func error(_ code: HTTPError.Code) -> FirestoreError {
      FirestoreError(HTTPError(code: code, message: "m", url: "http://h"))
    }
    #expect(error(.connectionRefused).retryable)
    #expect(!error(.connectionRefused).isOutcomeUnknown)
    #expect(error(.reset).retryable)
    #expect(error(.reset).isOutcomeUnknown)
    #expect(error(.timedOut).status == .deadlineExceeded)
    #expect(error(.cancelled).status == .cancelled)
    #expect(!error(.cancelled).retryable)
    #expect(!error(.tls).retryable)
  }
}
