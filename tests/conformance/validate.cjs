// Validates JSON by ajv 6, as dashboards of this API do: {"schema": …, "values": […]} comes on stdin; what it finds wrong with
// each value goes to stdout as a list of texts, one list a value. A schema that ajv doesn't take ends the program.
'use strict'

const Ajv = require('ajv')

const { schema, values } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const validate = new Ajv({ allErrors: true }).compile(schema)
process.stdout.write(JSON.stringify(values.map(value =>
  validate(value) ? [] : validate.errors.map(error => `${error.dataPath} ${error.message}`))))
