// The shop's server. PAGE is put in by build.js.
const express = require('express');

const app = express();
app.get('/', (request, response) => {
  response.send(PAGE);
});
app.listen(3000, () => console.log('listening on port 3000'));
