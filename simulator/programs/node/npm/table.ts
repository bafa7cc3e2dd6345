/**
 * What the simulated npm index holds: `name version kB dependencies`, one version of a package a line, the newest of a
 * package last. Packages whose code is in `sources.ts` work; of the others only the files' weight is there.
 */
export const NPM_TABLE = `
accepts 1.3.8 17 mime-types@~2.1.34,negotiator@0.6.3
accepts 2.0.0 15 mime-types@^3.0.0,negotiator@^1.0.0
ansi-styles 4.3.0 18
array-flatten 1.1.1 4
body-parser 1.20.3 60 bytes@3.1.2,content-type@~1.0.5,debug@2.6.9,depd@2.0.0,destroy@1.2.0,http-errors@2.0.0,iconv-lite@0.4.24,on-finished@2.4.1,qs@6.13.0,raw-body@2.5.2,type-is@~1.6.18,unpipe@1.0.0
body-parser 2.2.0 52 bytes@^3.1.2,content-type@^1.0.5,debug@^4.4.0,http-errors@^2.0.0,iconv-lite@^0.6.3,on-finished@^2.4.1,qs@^6.14.0,raw-body@^3.0.0,type-is@^2.0.0
bytes 3.1.2 12
call-bind-apply-helpers 1.0.2 17 es-errors@^1.3.0,function-bind@^1.1.2
call-bound 1.0.4 18 call-bind-apply-helpers@^1.0.2,get-intrinsic@^1.3.0
chalk 4.1.2 34 ansi-styles@^4.1.0,supports-color@^7.1.0
chalk 5.6.2 44
cluster-key-slot 1.1.2 20
content-disposition 0.5.4 19 safe-buffer@5.2.1
content-disposition 1.0.0 18 safe-buffer@5.2.1
content-type 1.0.5 10
cookie 0.7.1 22
cookie 0.7.2 22
cookie-signature 1.0.6 5
cookie-signature 1.2.2 6
cors 2.8.5 20 object-assign@^4,vary@^1
debug 2.6.9 80 ms@2.0.0
debug 4.4.3 42 ms@^2.1.3
depd 2.0.0 27
destroy 1.2.0 9
dotenv 16.6.1 82
dotenv 17.2.3 90
dunder-proto 1.0.1 15 call-bind-apply-helpers@^1.0.1,es-errors@^1.3.0,gopd@^1.2.0
ee-first 1.1.1 9
encodeurl 1.0.2 8
encodeurl 2.0.0 7
es-define-property 1.0.1 10
es-errors 1.3.0 12
es-object-atoms 1.1.1 16 es-errors@^1.3.0
escape-html 1.0.3 4
eslint 9.39.1 9800
etag 1.8.1 11
express 4.21.2 220 accepts@~1.3.8,array-flatten@1.1.1,body-parser@1.20.3,content-disposition@0.5.4,content-type@~1.0.4,cookie@0.7.1,cookie-signature@1.0.6,debug@2.6.9,depd@2.0.0,encodeurl@~2.0.0,escape-html@~1.0.3,etag@~1.8.1,finalhandler@1.3.1,fresh@0.5.2,http-errors@2.0.0,merge-descriptors@1.0.3,methods@~1.1.2,on-finished@2.4.1,parseurl@~1.3.3,path-to-regexp@0.1.12,proxy-addr@~2.0.7,qs@6.13.0,range-parser@~1.2.1,safe-buffer@5.2.1,send@0.19.0,serve-static@1.16.2,setprototypeof@1.2.0,statuses@2.0.1,type-is@~1.6.18,utils-merge@1.0.1,vary@~1.1.2
express 5.1.0 200 accepts@^2.0.0,body-parser@^2.2.0,content-disposition@^1.0.0,content-type@^1.0.5,cookie@^0.7.1,cookie-signature@^1.2.1,debug@^4.4.0,encodeurl@^2.0.0,escape-html@^1.0.3,etag@^1.8.1,finalhandler@^2.1.0,fresh@^2.0.0,http-errors@^2.0.0,merge-descriptors@^2.0.0,mime-types@^3.0.0,on-finished@^2.4.1,once@^1.4.0,parseurl@^1.3.3,proxy-addr@^2.0.7,qs@^6.14.0,range-parser@^1.2.1,router@^2.2.0,send@^1.1.0,serve-static@^2.2.0,statuses@^2.0.1,type-is@^2.0.1,vary@^1.1.2
finalhandler 1.3.1 19 debug@2.6.9,encodeurl@~2.0.0,escape-html@~1.0.3,on-finished@2.4.1,parseurl@~1.3.3,statuses@2.0.1,unpipe@~1.0.0
finalhandler 2.1.0 18 debug@^4.4.0,encodeurl@^2.0.0,escape-html@^1.0.3,on-finished@^2.4.1,parseurl@^1.3.3,statuses@^2.0.1
forwarded 0.2.0 6
fresh 0.5.2 9
fresh 2.0.0 9
function-bind 1.1.2 30
get-intrinsic 1.3.0 37 call-bind-apply-helpers@^1.0.2,es-define-property@^1.0.1,es-errors@^1.3.0,es-object-atoms@^1.1.1,function-bind@^1.1.2,get-proto@^1.0.1,gopd@^1.2.0,has-symbols@^1.1.0,hasown@^2.0.2,math-intrinsics@^1.1.0
get-proto 1.0.1 11 dunder-proto@^1.0.1,es-object-atoms@^1.0.0
gopd 1.2.0 9
has-flag 4.0.0 5
has-symbols 1.1.0 21
hasown 2.0.2 10 function-bind@^1.1.2
http-errors 2.0.0 19 depd@2.0.0,inherits@2.0.4,setprototypeof@1.2.0,statuses@2.0.1,toidentifier@1.0.1
iconv-lite 0.4.24 340 safer-buffer@>=2.1.2
iconv-lite 0.6.3 350 safer-buffer@>=2.1.2
inherits 2.0.4 4
ipaddr.js 1.9.1 44
is-number 6.0.0 10
is-odd 3.0.1 7 is-number@^6.0.0
is-promise 4.0.0 5
jest 29.7.0 4100
left-pad 1.3.0 10
lodash 4.17.21 1410
math-intrinsics 1.1.0 16
media-typer 0.3.0 9
media-typer 1.1.0 9
merge-descriptors 1.0.3 5
merge-descriptors 2.0.0 5
methods 1.1.2 6
mime 1.6.0 53
mime-db 1.52.0 206
mime-db 1.54.0 226
mime-types 2.1.35 19 mime-db@1.52.0
mime-types 3.0.1 19 mime-db@^1.54.0
morgan 1.10.1 32 debug@2.6.9,depd@~2.0.0,on-finished@~2.3.0
ms 2.0.0 7
ms 2.1.3 7
nanoid 3.3.11 24
negotiator 0.6.3 28
negotiator 1.0.0 27
nodemon 3.1.11 220 debug@^4,ms@^2
object-assign 4.1.1 5
object-inspect 1.13.4 100
on-finished 2.3.0 13 ee-first@1.1.1
on-finished 2.4.1 13 ee-first@1.1.1
once 1.4.0 4 wrappy@1
parseurl 1.3.3 10
path-to-regexp 0.1.12 9
path-to-regexp 8.3.0 60
prettier 3.6.2 8200
proxy-addr 2.0.7 15 forwarded@0.2.0,ipaddr.js@1.9.1
qs 6.13.0 240 side-channel@^1.0.6
qs 6.14.0 290 side-channel@^1.1.0
range-parser 1.2.1 8
raw-body 2.5.2 23 bytes@3.1.2,http-errors@2.0.0,iconv-lite@0.4.24,unpipe@1.0.0
raw-body 3.0.1 19 bytes@3.1.2,http-errors@2.0.0,iconv-lite@0.6.3,unpipe@1.0.0
redis 4.7.1 65 @redis/bloom@1.2.0,@redis/client@1.6.1,@redis/graph@1.1.1,@redis/json@1.0.7,@redis/search@1.2.0,@redis/time-series@1.1.0
redis 5.9.0 62 @redis/client@5.9.0
@redis/bloom 1.2.0 120
@redis/client 1.6.1 730 cluster-key-slot@1.1.2
@redis/client 5.9.0 980 cluster-key-slot@1.1.2
@redis/graph 1.1.1 40
@redis/json 1.0.7 60
@redis/search 1.2.0 150
@redis/time-series 1.1.0 170
router 2.2.0 45 debug@^4.4.0,depd@^2.0.0,is-promise@^4.0.0,parseurl@^1.3.3,path-to-regexp@^8.0.0
safe-buffer 5.2.1 32
safer-buffer 2.1.2 42
send 0.19.0 50 debug@2.6.9,depd@2.0.0,destroy@1.2.0,encodeurl@~1.0.2,escape-html@~1.0.3,etag@~1.8.1,fresh@0.5.2,http-errors@2.0.0,mime@1.6.0,ms@2.1.3,on-finished@2.4.1,range-parser@~1.2.1,statuses@2.0.1
send 1.2.0 47 debug@^4.3.5,encodeurl@^2.0.0,escape-html@^1.0.3,etag@^1.8.1,fresh@^2.0.0,http-errors@^2.0.0,mime-types@^3.0.1,ms@^2.1.3,on-finished@^2.4.1,range-parser@^1.2.1,statuses@^2.0.1
serve-static 1.16.2 25 encodeurl@~2.0.0,escape-html@~1.0.3,parseurl@~1.3.3,send@0.19.0
serve-static 2.2.0 26 encodeurl@^2.0.0,escape-html@^1.0.3,parseurl@^1.3.3,send@^1.2.0
setprototypeof 1.2.0 4
side-channel 1.1.0 24 es-errors@^1.3.0,object-inspect@^1.13.3,side-channel-list@^1.0.0,side-channel-map@^1.0.1,side-channel-weakmap@^1.0.2
side-channel-list 1.0.0 14 es-errors@^1.3.0,object-inspect@^1.13.3
side-channel-map 1.0.1 14 call-bound@^1.0.2,es-errors@^1.3.0,get-intrinsic@^1.2.5,object-inspect@^1.13.3
side-channel-weakmap 1.0.2 16 call-bound@^1.0.2,es-errors@^1.3.0,get-intrinsic@^1.2.5,object-inspect@^1.13.3,side-channel-map@^1.0.1
statuses 2.0.1 12
supports-color 7.2.0 8 has-flag@^4.0.0
toidentifier 1.0.1 5
type-is 1.6.18 19 media-typer@0.3.0,mime-types@~2.1.24
type-is 2.0.1 21 content-type@^1.0.5,media-typer@^1.1.0,mime-types@^3.0.0
typescript 5.9.3 14000
unpipe 1.0.0 5
utils-merge 1.0.1 4
uuid 9.0.1 110
uuid 13.0.0 66
vary 1.1.2 9
wrappy 1.0.2 3
`;

/** Commands that packages of the table bring without code of ours behind them. */
export const NPM_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  eslint: ['eslint'],
  jest: ['jest'],
  nodemon: ['nodemon'],
  prettier: ['prettier'],
  typescript: ['tsc', 'tsserver'],
};
