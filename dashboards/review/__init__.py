"""The review page of an audit: one offline HTML file per reviewer."""
