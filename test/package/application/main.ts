import { runApplication } from './application.js';

void runApplication().then((seen) => {
  console.log(JSON.stringify(seen));
});
