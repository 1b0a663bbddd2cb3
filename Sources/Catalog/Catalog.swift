enum X { static let a = PackageResources._0001_initial_sql }
