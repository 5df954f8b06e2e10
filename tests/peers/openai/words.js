// Speech that says its own words.
'use strict';
module.exports = require('../words.js');
