# sh ship.sh TAG: build, test, push. The first line that fails ends it.
set -e
docker build -q -t ada/tide:$1 .
docker run --rm ada/tide:$1 python3 test.py
docker push -q ada/tide:$1
