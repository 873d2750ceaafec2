@"%~dp0advisor-cli.exe" %*
