// bitrix24-fields.js: the fields of leads, deals, contacts and companies, in the
// spelling of either family of methods
'use strict';

const COMMON = `ID:integer! ASSIGNED_BY_ID:user CREATED_BY_ID:user!
	MODIFY_BY_ID:user! DATE_CREATE:datetime! DATE_MODIFY:datetime!
	LAST_ACTIVITY_BY:user! LAST_ACTIVITY_TIME:datetime! OPENED:boolean
	COMMENTS:text SOURCE_ID:crm_status=SOURCE SOURCE_DESCRIPTION:text
	ORIGINATOR_ID:string ORIGIN_ID:string UTM_SOURCE:string
	UTM_MEDIUM:string UTM_CAMPAIGN:string UTM_CONTENT:string
	UTM_TERM:string`;
const MONEY = `OPPORTUNITY:double CURRENCY_ID:crm_currency
	IS_MANUAL_OPPORTUNITY:boolean`;
const PERSON = `HONORIFIC:string NAME:string SECOND_NAME:string
	LAST_NAME:string BIRTHDATE:date POST:string`;
const ADDRESS = 'ADDRESS:string ADDRESS_CITY:string ADDRESS_COUNTRY:string';
const REACHED = `HAS_PHONE:boolean! HAS_EMAIL:boolean!
	fm:crm_multifield*`;

const TYPES = {
	lead: { id: 1, short: 'L', title: 'Лид',
		fields: `${COMMON} ${MONEY} ${PERSON} ${ADDRESS} ${REACHED}
		TITLE:string STATUS_ID:crm_status=STATUS
		STATUS_DESCRIPTION:text STATUS_SEMANTIC_ID:string!
		COMPANY_TITLE:string COMPANY_ID:crm_company
		CONTACT_ID:crm_contact CONTACT_IDS:crm_contact*
		IS_RETURN_CUSTOMER:boolean! DATE_CLOSED:datetime!
		MOVED_BY_ID:user! MOVED_TIME:datetime!` },
	deal: { id: 2, short: 'D', title: 'Сделка',
		fields: `${COMMON} ${MONEY} TITLE:string
		CATEGORY_ID:crm_category^ STAGE_ID:crm_status=DEAL_STAGE
		STAGE_SEMANTIC_ID:string! TYPE_ID:crm_status=DEAL_TYPE
		PROBABILITY:integer LEAD_ID:crm_lead COMPANY_ID:crm_company
		CONTACT_ID:crm_contact CONTACT_IDS:crm_contact*
		BEGINDATE:date CLOSEDATE:date CLOSED:boolean
		ADDITIONAL_INFO:text TAX_VALUE:double` },
	contact: { id: 3, short: 'C', title: 'Контакт',
		fields: `${COMMON} ${PERSON} ${ADDRESS} ${REACHED}
		TYPE_ID:crm_status=CONTACT_TYPE COMPANY_ID:crm_company
		LEAD_ID:crm_lead EXPORT:boolean` },
	company: { id: 4, short: 'CO', title: 'Компания',
		fields: `${COMMON} ${ADDRESS} ${REACHED} TITLE:string
		COMPANY_TYPE:crm_status=COMPANY_TYPE
		INDUSTRY:crm_status=INDUSTRY REVENUE:double
		CURRENCY_ID:crm_currency LEAD_ID:crm_lead` },
};

// where the families' names are not the same word
const ODD = { STATUS_ID: 'stageId', DATE_CREATE: 'createdTime',
	DATE_MODIFY: 'updatedTime', CREATED_BY_ID: 'createdBy',
	MODIFY_BY_ID: 'updatedBy', MOVED_BY_ID: 'movedBy',
	STATUS_SEMANTIC_ID: 'stageSemanticId', fm: 'fm',
	COMPANY_TYPE: 'typeId', INDUSTRY: 'industry' };

// UF_CRM_17 is ufCrm_17, UF_CRM_CALL_NOTE is ufCrmCallNote
function camel(name, type) {
	if (ODD[name] && (type === 'company' || !/^COMPANY_TYPE$/.test(name)))
		return ODD[name];
	return name.toLowerCase().replace(/_([a-z])/g, (m, c) =>
		c.toUpperCase());
}

const USER_FIELDS = `UF_CRM_1700000001:string UF_CRM_1700000002:double
	UF_CRM_1700000003:string* UF_CRM_1700000004:datetime
	UF_CRM_CALL_NOTE:string`;

// "NAME:type" with ! read only, ^ not to be changed, * multiple, =LIST
function parse(text, entity) {
	return text.split(/\s+/).filter(Boolean).map((spec) => {
		const [, name, type, , list, flags] =
			/^(\w+):([a-z_]+)(=(\w+))?([!^*]*)$/.exec(spec);
		return { name, type, list, camel: camel(name, entity),
			readOnly: flags.includes('!'),
			immutable: flags.includes('^'),
			multiple: flags.includes('*'),
			user: name.startsWith('UF_') };
	});
}

for (const [name, type] of Object.entries(TYPES)) {
	type.name = name;
	type.list = parse(`${type.fields} ${USER_FIELDS}`, name);
	type.byUpper = new Map(type.list.map((f) => [f.name, f]));
	type.byCamel = new Map(type.list.map((f) => [f.camel, f]));
}

const byId = (id) => Object.values(TYPES)
	.find((type) => String(type.id) === String(id));

// the lists of crm.status.list: [STATUS_ID, NAME, semantics]
const STATUSES = {
	STATUS: [['NEW', 'Не обработан'], ['IN_PROCESS', 'В работе'],
		['PROCESSED', 'Обработан'],
		['CONVERTED', 'Качественный лид', 'S'],
		['JUNK', 'Некачественный лид', 'F']],
	SOURCE: ['CALL', 'EMAIL', 'WEB', 'ADVERTISING', 'PARTNER',
		'RECOMMENDATION', 'TRADE_SHOW', 'WEBFORM', 'CALLBACK',
		'RC_GENERATOR', 'STORE', 'OTHER'].map((id) => [id, id]),
	DEAL_STAGE: [['NEW', 'Новая'], ['PREPARATION', 'Подготовка'],
		['EXECUTING', 'В работе'], ['WON', 'Сделка успешна', 'S'],
		['LOSE', 'Сделка провалена', 'F']],
	DEAL_STAGE_1: [['C1:NEW', 'Новая'], ['C1:WON', 'Успех', 'S'],
		['C1:LOSE', 'Провал', 'F']],
	DEAL_TYPE: [['SALE', 'Продажа'], ['SERVICES', 'Услуги']],
	CONTACT_TYPE: [['CLIENT', 'Клиенты'], ['SUPPLIER', 'Поставщики']],
	COMPANY_TYPE: [['CUSTOMER', 'Клиент'], ['SUPPLIER', 'Поставщик']],
	INDUSTRY: [['IT', 'Информационные технологии'], ['OTHER', 'Другое']],
};

const PHONE_TYPES = new Set(['WORK', 'MOBILE', 'FAX', 'HOME', 'PAGER',
	'MAILING', 'OTHER']);
const MULTI = new Set(['PHONE', 'EMAIL', 'WEB', 'IM', 'LINK']);

// a number as duplicates are searched: digits, 8 as 7, no extension
function phoneKey(text) {
	const digits = String(text).split(/доб|ext|[;,#x*]/i)[0]
		.replace(/\D/g, '');
	return /^8\d{10}$/.test(digits) ? `7${digits.slice(1)}` : digits;
}

module.exports = { TYPES, byId, STATUSES, PHONE_TYPES, MULTI, phoneKey };
