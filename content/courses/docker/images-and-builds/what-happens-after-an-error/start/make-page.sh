echo "<h1>High water</h1>"
sed 's/,/ at /' tides.csv
