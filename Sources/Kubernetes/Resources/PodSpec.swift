/// What a pod consists of (core/v1), as far as we make pods. Pods that are read keep of it what is listed here.
package struct PodSpec: Codable, Sendable, Equatable {
    package var containers: [Container]
    package var volumes: [Volume]?
    package var restartPolicy: String?
    package var nodeName: String?
    package var nodeSelector: [String: String]?
    package var tolerations: [JSONValue]?
    package var affinity: JSONValue?
    package var runtimeClassName: String?
    package var priorityClassName: String?
    package var serviceAccountName: String?
    package var automountServiceAccountToken: Bool?
    package var enableServiceLinks: Bool?
    package var terminationGracePeriodSeconds: Int?
    package var securityContext: PodSecurityContext?
    package var imagePullSecrets: [LocalObjectReference]?

    package init(containers: [Container]) { self.containers = containers }
}

package struct LocalObjectReference: Codable, Sendable, Equatable {
    package var name: String

    package init(name: String) { self.name = name }
}

package struct Container: Codable, Sendable, Equatable {
    package struct Port: Codable, Sendable, Equatable {
        package var name: String?
        package var containerPort: Int

        package init(name: String, containerPort: Int) {
            self.name = name
            self.containerPort = containerPort
        }
    }

    package var name: String
    package var image: String?
    package var imagePullPolicy: String?
    package var args: [String]?
    package var env: [EnvironmentVariable]?
    package var ports: [Port]?
    package var resources: ResourceRequirements?
    package var volumeMounts: [VolumeMount]?
    package var livenessProbe: Probe?
    package var readinessProbe: Probe?
    package var securityContext: ContainerSecurityContext?
    package var terminationMessagePolicy: String?

    package init(name: String, image: String) {
        self.name = name
        self.image = image
    }
}

package struct EnvironmentVariable: Codable, Sendable, Equatable {
    package struct Source: Codable, Sendable, Equatable {
        package struct SecretKey: Codable, Sendable, Equatable {
            package var name: String
            package var key: String
        }

        package struct Field: Codable, Sendable, Equatable {
            package var fieldPath: String
        }

        package var secretKeyRef: SecretKey?
        package var fieldRef: Field?
    }

    package var name: String
    package var value: String?
    package var valueFrom: Source?

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The value of a key of a secret, which only the kubelet reads.
    package init(_ name: String, secret: String, key: String) {
        self.name = name
        valueFrom = Source(secretKeyRef: Source.SecretKey(name: secret, key: key))
    }

    /// A field of the pod itself, `metadata.name` for example.
    package init(_ name: String, field: String) {
        self.name = name
        valueFrom = Source(fieldRef: Source.Field(fieldPath: field))
    }
}

package struct ResourceRequirements: Codable, Sendable, Equatable {
    package var requests: [String: Quantity]?
    package var limits: [String: Quantity]?

    package init(requests: [String: Quantity]? = nil, limits: [String: Quantity]? = nil) {
        self.requests = requests
        self.limits = limits
    }
}

package struct VolumeMount: Codable, Sendable, Equatable {
    package var name: String
    package var mountPath: String
    package var readOnly: Bool?

    package init(name: String, mountPath: String, readOnly: Bool? = nil) {
        self.name = name
        self.mountPath = mountPath
        self.readOnly = readOnly
    }
}

package struct Volume: Codable, Sendable, Equatable {
    package struct EmptyDirectory: Codable, Sendable, Equatable {
        package var sizeLimit: Quantity?

        package init(sizeLimit: Quantity? = nil) { self.sizeLimit = sizeLimit }
    }

    package struct Claim: Codable, Sendable, Equatable {
        package var claimName: String
        package var readOnly: Bool?

        package init(claimName: String, readOnly: Bool? = nil) {
            self.claimName = claimName
            self.readOnly = readOnly
        }
    }

    package struct Projection: Codable, Sendable, Equatable {
        package struct Source: Codable, Sendable, Equatable {
            package var serviceAccountToken: ServiceAccountToken
        }

        /// A token of the pod's ServiceAccount, which the kubelet renews in its file before it expires.
        package struct ServiceAccountToken: Codable, Sendable, Equatable {
            package var audience: String
            package var expirationSeconds: Int
            package var path: String
        }

        package var sources: [Source]
    }

    package var name: String
    package var emptyDir: EmptyDirectory?
    package var persistentVolumeClaim: Claim?
    package var projected: Projection?

    package init(name: String, emptyDir: EmptyDirectory) {
        self.name = name
        self.emptyDir = emptyDir
    }

    package init(name: String, claim: Claim) {
        self.name = name
        persistentVolumeClaim = claim
    }

    /// A token that is bound to the pod and good for this audience alone, in the file `path` of the volume.
    package init(name: String, token path: String, audience: String, expirationSeconds: Int) {
        self.name = name
        let token = Projection.ServiceAccountToken(audience: audience, expirationSeconds: expirationSeconds, path: path)
        projected = Projection(sources: [Projection.Source(serviceAccountToken: token)])
    }
}

package struct Probe: Codable, Sendable, Equatable {
    package struct HTTPGet: Codable, Sendable, Equatable {
        package var path: String
        /// The name of a container's port.
        package var port: String
    }

    package var httpGet: HTTPGet
    package var periodSeconds: Int?
    package var failureThreshold: Int?

    package init(path: String, port: String, periodSeconds: Int, failureThreshold: Int) {
        httpGet = HTTPGet(path: path, port: port)
        self.periodSeconds = periodSeconds
        self.failureThreshold = failureThreshold
    }
}

package struct PodSecurityContext: Codable, Sendable, Equatable {
    package struct SeccompProfile: Codable, Sendable, Equatable {
        package var type: String
    }

    package var runAsNonRoot: Bool?
    package var runAsUser: Int?
    package var runAsGroup: Int?
    package var fsGroup: Int?
    package var fsGroupChangePolicy: String?
    package var seccompProfile: SeccompProfile?

    /// What the `restricted` Pod Security Standard asks of a pod, as this user and group.
    package static func restricted(user: Int) -> PodSecurityContext {
        PodSecurityContext(
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            fsGroup: user,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: SeccompProfile(type: "RuntimeDefault")
        )
    }
}

package struct ContainerSecurityContext: Codable, Sendable, Equatable {
    package struct Capabilities: Codable, Sendable, Equatable {
        package var drop: [String]
    }

    package var allowPrivilegeEscalation: Bool
    package var readOnlyRootFilesystem: Bool
    package var capabilities: Capabilities

    /// What the `restricted` Pod Security Standard asks of a container, and a root file system that nobody writes to.
    package static let restricted = ContainerSecurityContext(
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: Capabilities(drop: ["ALL"])
    )
}
