/// The version of this build, as `vlog --version` and the Worker API tell it.
package let productVersion = "0.1.0"
