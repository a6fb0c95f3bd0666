import JSON
import RunModel
import YAMLSource

extension ContractCoverage {
  /// Figures per service, and everything that was not seen.
  var json: JSONValue {
    .array(
      services.map { service in
        .object(
          JSONObject(present: [
            "service": .string(service),
            "figures": .object(
              JSONObject(
                Dimension.allCases.map { dimension in
                  let figure = figure(dimension, of: service)
                  return (
                    dimension.rawValue, ["seen": .whole(figure.seen), "total": .whole(figure.total)] as JSONValue
                  )
                })),
            "unseen": .array(items.filter { $0.operation.service == service && !$0.isSeen }.map(\.json)),
          ]))
      })
  }
}

extension ContractCoverage.Item {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(present: [
        "dimension": .string(dimension.rawValue), "operation": .string(operation.id),
        "name": .text(name.isEmpty ? nil : name), "location": .text(location?.description), "excuse": .text(excuse),
      ]))
  }
}
