/** Mediators that shipped policies and shipped sequences have in common (api-management 1.6, 1.7). */

const faultLog = `<log level="custom">
  <property name="STATUS" value="Executing custom 'fault' sequence"/>
  <property name="ERROR_CODE" expression="get-property('ERROR_CODE')"/>
  <property name="ERROR_MESSAGE" expression="get-property('ERROR_MESSAGE')"/>
</log>`;

const debugFaultLog = `<log level="custom">
  <property name="STATUS" value="Executing custom 'fault' sequence"/>
  <property name="ERROR_CODE" expression="get-property('ERROR_CODE')"/>
  <property name="ERROR_MESSAGE" expression="get-property('ERROR_MESSAGE')"/>
  <property name="ERROR_DETAIL" expression="get-property('ERROR_DETAIL')"/>
  <property name="ERROR_EXCEPTION" expression="get-property('ERROR_EXCEPTION')"/>
</log>`;

/** Turns a fault into the JSON body of the runtime error (api-management 1.19) and sends it to the client. */
const answerFault = `<payloadFactory media-type="xml">
  <format>
    <am:fault xmlns:am="http://wso2.org/apimanager"><am:code>$1</am:code><am:type>Status report</am:type><am:message>Runtime Error</am:message><am:description>$2</am:description></am:fault>
  </format>
  <args><arg expression="$ctx:ERROR_CODE"/><arg expression="$ctx:ERROR_MESSAGE"/></args>
</payloadFactory>
<filter xpath="$ctx:CUSTOM_HTTP_SC">
  <then><property name="HTTP_SC" expression="$ctx:CUSTOM_HTTP_SC" scope="axis2"/></then>
  <else><property name="HTTP_SC" value="500" scope="axis2"/></else>
</filter>
<property name="RESPONSE" value="true"/>
<header name="To" action="remove"/>
<property name="NO_ENTITY_BODY" scope="axis2" action="remove"/>
<property name="ContentType" scope="axis2" action="remove"/>
<property name="Authorization" scope="transport" action="remove"/>
<property name="Host" scope="transport" action="remove"/>
<property name="Accept" scope="transport" action="remove"/>
<property name="messageType" value="application/json" scope="axis2"/>
<send/>`;

export const mediators = {
  toXml: '<property name="messageType" value="application/xml" scope="axis2"/>',
  toJson: '<property name="messageType" value="application/json" scope="axis2"/>',
  logMessage: '<log level="full"><property name="MESSAGE" value="MESSAGE"/></log>',
  logIn: '<log level="full"><property name="IN_MESSAGE" value="IN_MESSAGE"/></log>',
  logOut: '<log level="full"><property name="OUT_MESSAGE" value="OUT_MESSAGE"/></log>',
  debugIn: `<log level="full"><property name="IN_MESSAGE" value="IN_MESSAGE"/></log>
<log level="custom">
  <property name="Host" expression="get-property('transport', 'Host')"/>
  <property name="Context" expression="get-property('To')"/>
  <property name="Http_Method" expression="get-property('axis2', 'HTTP_METHOD')"/>
  <property name="Resource" expression="get-property('axis2', 'REST_URL_POSTFIX')"/>
  <property name="Origin" expression="get-property('transport', 'Origin')"/>
  <property name="Content-Type" expression="get-property('transport', 'Content-Type')"/>
  <property name="Message_Id" expression="get-property('MessageID')"/>
</log>`,
  debugOut: `<log level="full"><property name="OUT_MESSAGE" value="OUT_MESSAGE"/></log>
<log level="custom">
  <property name="Endpoint" expression="get-property('ENDPOINT_PREFIX')"/>
  <property name="Content-Type" expression="get-property('transport', 'Content-Type')"/>
</log>`,
  preserveAccept: `<property name="WSO2_AM_API_ACCEPT_MESSAGE_TYPE" expression="get-property('transport', 'Accept')" scope="default"/>
<property name="Accept" scope="transport" action="remove"/>`,
  applyAccept: `<property name="messageType" expression="get-property('default', 'WSO2_AM_API_ACCEPT_MESSAGE_TYPE')" scope="axis2"/>`,
  disableChunking: '<property name="DISABLE_CHUNKING" value="true" scope="axis2"/>',
  jsonFault: `${faultLog}\n${answerFault}`,
  debugJsonFault: `${debugFaultLog}\n${answerFault}`,
} as const;
