@main struct VLogMain { static func main() {} }
