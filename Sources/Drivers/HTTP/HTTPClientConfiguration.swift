/// What is common to all requests of a client.
package struct HTTPClientConfiguration: Sendable, Hashable {
  /// The most connections to one host and port; further requests wait for one.
  package var maximumConnectionsPerHost: Int

  /// The most connections in all; idle ones are closed to make room.
  package var maximumConnections: Int

  /// The `User-Agent` of requests that bring none.
  package var userAgent: String

  /// The path of a Unix domain socket to connect to, whatever host the URL names.
  package var unixSocketPath: String?

  /// A file of PEM certificates to trust instead of the system's.
  package var certificateAuthorityFile: String?

  /// The most bytes of status line, header fields and trailer fields of one exchange.
  package var maximumHeaderBytes: Int

  /// The most bytes that wait for a slow reader of an opened response before the connection is paused.
  package var streamBufferBytes: Int

  /// Creates a configuration: 128 connections per host, 512 in all, 256 KiB of headers unless given.
  package init(
    maximumConnectionsPerHost: Int = 128,
    maximumConnections: Int = 512,
    userAgent: String = "concord",
    unixSocketPath: String? = nil,
    certificateAuthorityFile: String? = nil,
    maximumHeaderBytes: Int = 256 << 10,
    streamBufferBytes: Int = 256 << 10
  ) {
    self.maximumConnectionsPerHost = maximumConnectionsPerHost
    self.maximumConnections = maximumConnections
    self.userAgent = userAgent
    self.unixSocketPath = unixSocketPath
    self.certificateAuthorityFile = certificateAuthorityFile
    self.maximumHeaderBytes = maximumHeaderBytes
    self.streamBufferBytes = streamBufferBytes
  }
}
