private import HTTP
internal import HTTPTypes
internal import Hummingbird
private import NIOCore

/// The bridge between the server library and the services: the only place that knows both.
struct HummingbirdResponder: HTTPResponder {
  let pipeline: RequestPipeline

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    var headers = HTTPHeaders()
    if let authority = request.head.authority { headers.add("Host", authority) }
    for field in request.headers { headers.add(field.name.rawName, field.value) }
    let answer = await pipeline.answer(
      method: request.method.rawValue, target: request.head.path ?? "/", headers: headers,
      body: Self.body(of: request), remoteAddress: context.remoteAddress)
    return Self.response(answer, isHead: request.method == .head)
  }

  private static func body(of request: Request) -> RequestBody {
    let announced = request.headers[.contentLength].flatMap { Int($0) }
    return RequestBody(announcedBytes: announced) { (maximum) async throws(RequestBody.Failure) in
      var bytes: [UInt8] = []
      do {
        for try await buffer in request.body {
          guard bytes.count + buffer.readableBytes <= maximum else { throw RequestBody.Failure.tooLarge }
          bytes.append(contentsOf: buffer.readableBytesView)
        }
      } catch let failure as RequestBody.Failure {
        throw failure
      } catch {
        throw .broken
      }
      return bytes
    }
  }

  private static func response(_ answer: ServiceResponse, isHead: Bool) -> Response {
    var fields = HTTPFields()
    for (name, value) in answer.headers.fields {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    let hasContent = !isHead && answer.status != 204 && answer.status != 304
    var response = Response(
      status: .init(code: answer.status), headers: fields,
      body: hasContent ? content(of: answer) : .init())
    if !hasContent { response.headers[.contentLength] = isHead ? "\(answer.body.count)" : nil }
    return response
  }

  private static func content(of answer: ServiceResponse) -> ResponseBody {
    guard let pacing = answer.pacing else { return .init(byteBuffer: ByteBuffer(bytes: answer.body)) }
    return .init(contentLength: answer.body.count) { writer in
      var rest = answer.body[...]
      while !rest.isEmpty {
        try await writer.write(ByteBuffer(bytes: rest.prefix(pacing.bytes)))
        rest = rest.dropFirst(pacing.bytes)
        if !rest.isEmpty { try await Task.sleep(for: pacing.pause) }
      }
      try await writer.finish(nil)
    }
  }
}

/// What the server library says of a connection.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let remoteAddress: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }
}
