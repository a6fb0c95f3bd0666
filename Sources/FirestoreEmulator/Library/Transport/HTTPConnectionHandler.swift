import NIOCore
import NIOHTTP1
import NIOPosix

/// One HTTP/1.1 connection: collects a request, has it answered, writes the answer as fast as the client reads it.
///
/// Short requests are answered on the event loop, because a hop to another thread costs more than they do; those that
/// grow with a collection run on a worker thread, so that other connections go on. Streams are written piece by piece,
/// never more than the socket takes, with a turn of the event loop between two pieces.
final class HTTPConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum State {
    case idle
    case receiving(HTTPRequestHead)
    case answering(keepAlive: Bool)
    case streaming(any ReplyStream, keepAlive: Bool)
  }

  private let service: EmulatorService
  private let workers: NIOThreadPool
  private var state = State.idle
  /// What was received of the request's body; outside of the state so that it grows in place.
  private var body: [UInt8] = []
  private var writer = JSONByteWriter()
  /// An answer to HEAD announces a body that is not sent.
  private var omitsBody = false

  init(service: EmulatorService, workers: NIOThreadPool) {
    self.service = service
    self.workers = workers
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .idle): begin(head, context: context)
    case (.body(let part), .receiving):
      guard body.count + part.readableBytes <= service.maximumBodyBytes else { return refuse(context: context) }
      body.append(contentsOf: part.readableBytesView)
    case (.end, .receiving(let head)):
      let received = body
      body = []
      answer(head, received, context: context)
    default: break
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { writePieces(context: context) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A broken request was answered by the pipeline, a broken connection needs no answer.
    context.close(promise: nil)
  }

  private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    if let announced = head.headers.first(name: "content-length").flatMap({ Int($0) }),
      announced > service.maximumBodyBytes
    {
      return refuse(context: context)
    }
    if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
      let answer = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
    }
    state = .receiving(head)
  }

  /// Answers before the body was read, which makes the connection useless afterwards.
  private func refuse(context: ChannelHandlerContext) {
    body = []
    send(service.tooLarge, keepAlive: false, context: context)
  }

  private func answer(_ head: HTTPRequestHead, _ body: [UInt8], context: ChannelHandlerContext) {
    state = .answering(keepAlive: head.isKeepAlive)
    omitsBody = head.method == .HEAD
    guard let target = RequestTarget(head.uri) else {
      return send(.failure(.invalid("The address is malformed.")), keepAlive: head.isKeepAlive, context: context)
    }
    let request = EmulatorRequest(
      method: head.method.rawValue, target: target, authorization: head.headers.first(name: "authorization"), body: body
    )
    guard service.isLengthy(request) else {
      return send(service.answer(request), keepAlive: head.isKeepAlive, context: context)
    }
    let service = service
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    let keepAlive = head.isKeepAlive
    workers.runIfActive(eventLoop: context.eventLoop) { service.answer(request) }.whenComplete { result in
      let (handler, context) = bound.value
      switch result {
      case .success(let reply): handler.send(reply, keepAlive: keepAlive, context: context)
      case .failure: context.close(promise: nil)
      }
    }
  }

  private func send(_ reply: EmulatorReply, keepAlive: Bool, context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    var headers = HTTPHeaders([("content-type", reply.contentType)])
    if !keepAlive { headers.add(name: "connection", value: "close") }
    switch reply.body {
    case .complete(let bytes):
      headers.add(name: "content-length", value: String(bytes.count))
      writeHead(reply.status, headers, context: context)
      if !omitsBody {
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
      }
      finish(keepAlive: keepAlive, context: context)
    case .stream(let stream):
      writeHead(reply.status, headers, context: context)
      state = .streaming(stream, keepAlive: keepAlive)
      writePieces(context: context)
    }
  }

  private func writeHead(_ status: Int, _ headers: HTTPHeaders, context: ChannelHandlerContext) {
    let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func writePieces(context: ChannelHandlerContext) {
    guard case .streaming(var stream, let keepAlive) = state, context.channel.isActive else { return }
    // The stream lives in one place only, or each piece would copy what it holds.
    state = .answering(keepAlive: keepAlive)
    let hasMore = stream.writePiece(to: &writer)
    let bytes = writer.take()
    if !bytes.isEmpty {
      let buffer = context.channel.allocator.buffer(bytes: bytes)
      context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }
    guard hasMore else { return finish(keepAlive: keepAlive, context: context) }
    state = .streaming(stream, keepAlive: keepAlive)
    context.flush()
    guard context.channel.isWritable else { return }
    let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    context.eventLoop.execute {
      let (handler, context) = bound.value
      if context.channel.isWritable { handler.writePieces(context: context) }
    }
  }

  private func finish(keepAlive: Bool, context: ChannelHandlerContext) {
    state = .idle
    let end = wrapOutboundOut(.end(nil))
    guard !keepAlive else { return context.writeAndFlush(end, promise: nil) }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(end).whenComplete { _ in bound.value.close(promise: nil) }
  }
}
