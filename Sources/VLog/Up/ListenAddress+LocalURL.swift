import APIServer
import Foundation

extension ListenAddress {
    /// The address as this machine reaches it, whatever it listens on.
    var localURL: URL {
        var components = URLComponents()
        components.scheme = "http"
        components.host = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
        components.port = port
        return components.url ?? URL(filePath: "/")
    }
}
