import Testing

@testable import Egress

@Suite(.timeLimit(.minutes(2))) struct AddressRuleTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "2001::1", "::127.0.0.1", "100::1",
    ])
    func whatIsNotOnThePublicInternetIsRefused(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressRule.publicOnly.allows(address))
        #expect(AddressRule.any.allows(address))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1",
        "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2a00::1", "::ffff:1.1.1.1", "64:ff9b::101:101",
        "2002:101:101::1",
    ])
    func whatIsOnItIsAllowed(text: String) throws {
        #expect(AddressRule.publicOnly.allows(try #require(IPAddress(text))))
    }
}
