// Makes dist/server.js of the sources: takes the comments out and puts the page in.
const fs = require('fs');

const page = fs.readFileSync('src/page.html', 'utf8').trim();
const code = fs
  .readFileSync('src/server.js', 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('//'))
  .join('\n')
  .replace('PAGE', JSON.stringify(page));

fs.mkdirSync('dist', { recursive: true });
fs.writeFileSync('dist/server.js', code);
console.log('built dist/server.js');
