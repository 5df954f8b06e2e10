/*
 * words_names: first names in Russian (all cases) and English, what announces
 * personal data, and ordinary words that stand where a name could. Value 1
 * marks a name that is an ordinary word as well.
 */
#include "lib/redact.h"
#include "lib/words.h"

#define HARD ",а,у,ом,е"     /* Иван */
#define SOFT "й,я,ю,ем,е"    /* Андрей */
#define IY "ий,ия,ию,ием,ии" /* Юрий */
#define A "а,ы,е,у,ой"       /* Анна */
#define KA "а,и,е,у,ой"      /* Ольга, Витька */
#define SHA "а,и,е,у,ей"     /* Саша */
#define YA "я,и,е,ю,ей"      /* Таня */
#define IYA "ия,ии,ию,ией"   /* Мария */

static const struct sv_lexeme lexemes[] = {
	{ "александр-" HARD " алексе-" SOFT " анатоли-" SOFT " андре-" SOFT
	  " антон-" HARD " аркади-" SOFT " арсени-" SOFT " арт-ем,ема,ему,емом "
	  "артур-" HARD " богдан-" HARD " борис-" HARD " вадим-" HARD
	  " валенти-н,на,ну,ном,не валери-" SOFT " васили-" SOFT " виктор-" HARD
	  " витали-" SOFT " владимир-" HARD " владислав-" HARD " вячеслав-" HARD
	  " геннади-" SOFT " георги-" SOFT " герман-" HARD " глеб-" HARD
	  " григори-" SOFT " данил-" HARD " данила даниил-" HARD " денис-" HARD
	  " дмитри-" SOFT " евгени-" SOFT " егор-" HARD " ефим-" HARD
	  " захар-" HARD " иван-" HARD " игнат-" HARD " игор-ь,я,ю,ем,е "
	  "илья ильи илье илью ильей иль-" SOFT " кирилл-" HARD
	  " константин-" HARD " леонид-" HARD " максим-" HARD " матве-" SOFT
	  " михаил-" HARD " никита никиты никите никиту "
	  "никитой никола-" SOFT " олег-" HARD " оскар-" HARD
	  " павел павл-а,у,ом,е петр-" HARD " платон-" HARD " прохор-" HARD
	  " родион-" HARD " ростислав-" HARD " руслан-" HARD " рустам-" HARD
	  " савели-" SOFT " семен-" HARD " серге-" SOFT " станислав-" HARD
	  " степан-" HARD " тимофе-" SOFT " тимур-" HARD " федор-" HARD
	  " филипп-" HARD " эдуард-" HARD " эльдар-" HARD " юри-" SOFT
	  " ярослав-" HARD " яков-" HARD " ринат-" HARD
	  " равил-ь,я,ю марат-" HARD " ильдар-" HARD " азат-" HARD
	  " айрат-" HARD " ашот-" HARD " армен-" HARD " гагик-" HARD
	  " тигран-" HARD " ахмед-" HARD " магомед-" HARD " мурад-" HARD
	  " рашид-" HARD " саид-" HARD,
	  NULL, W_NAME, 0, 0, NULL },
	{ "анна анны анне анну анной алл-" A " алис-" A " александр-" A
	  " алевтин-" A " ален-" A " алин-" A " альбин-" A " анастас-" IYA
	  " ангелин-" A " анжел-" A " антонин-" A " валентин-" A " валер-" IYA
	  " варвар-" A " василис-" A " верон-ика,ики,ике,ику,икой "
	  "виктор-" IYA " виолетт-" A " галин-" A " дар-ья,ьи,ье,ью,ьей "
	  "диан-" A " евген-" IYA " екатерин-" A " елен-" A " елизавет-" A
	  " жанн-" A " зинаид-" A " зо-я,и,ю,ей "
	  "инг-" KA " инн-" A " ирин-" A " карин-" A " кир-" A " клавди-я,и,ю "
	  "кристин-" A " ксен-" IYA " лариса ларисы ларисе ларису ларисой "
	  "лид-" IYA " лил-" IYA " людмил-" A " маргарит-" A " марин-" A
	  " мар-" IYA " марь-я,и,ю наталь-я,и,е,ю,ей натал-" IYA " нелл-и "
	  "никол-ь нин-" A " оксан-" A " олес-я,и,е,ю олесь-я ольг-" KA
	  " полин-" A " раис-" A " регин-" A " римм-" A " светлан-" A
	  " серафим-" A " снежан-" A " соф-ия,ии,ию,ья,ьи,ью,ье,ьей "
	  "тамар-" A " татьян-" A " ульян-" A " фаин-" A " эльвир-" A
	  " эльмир-" A " эмм-" A " юл-" IYA " яни-на,ны,не,ну яна яны яне яну "
	  "яной алсу айгуль гульнар-" A " гузель динар-" A " лейл-" A
	  " фатим-" A " зульфи-я,и,ю марьям заремм-а зарин-" A,
	  NULL, W_NAME, 0, 0, NULL },
	{ "саш-" SHA " саня сани сане саню сашка леш-" SHA " лех-" KA
	  " андрюш-" SHA " ант-оха боря бори боре борю вад-ик,ика,ику вася "
	  "васи васе васю витя вити вите витю вов-" A " володя володи володе "
	  "володю влад-" HARD " гена гены гене гену гоша гриш-" SHA
	  " дима димы диме диму димой димон жен-" YA " женя жени жене женю "
	  "женей ваня вани ване ваню ваней игорек илюш-" SHA " кост-" YA
	  " коля коли коле колю колей леня лени лене леню "
	  "макс-" HARD " миш-" SHA " никит-ос паш-" SHA " петя пети пете петю "
	  "петей рома ромы роме рому ромой сереж-" SHA " серега сереги сереге "
	  "серегу серегой стас-" HARD " степ-" A " толя толи толе толю "
	  "толик тим-оха федя феди феде федю юра юры юре юру юрой ярик "
	  "аня ани ане аню аней анют-" A " ася аси асе асю даша даши даше дашу "
	  "дашей ир-" A " иришк-а катя кати кате катю катей катюш-" SHA
	  " ксюш-" SHA " лена лены лене лену леной лиза лизы лизе лизу лизой "
	  "люба любы любе любу любой люд-" A " люс-я,и,е,ю маша маши маше машу "
	  "машей марго наст-" YA " ната наташ-" SHA " оля оли оле олю олей "
	  "рита риты рите риту ритой соня "
	  "сони соне соню соней тан-" YA " таня тани тане таню таней"
	  "юля юли юле юлю юлей ульяш-а",
	  NULL, W_NAME, 0, 0, NULL },
	{ "вер-" A " света светы свете свету светой поля том-" A " надежд-" A
	  " надя нади наде надю любовь роман-" HARD " слав-" A
	  " лев льва льву львом мил-" A " роз-" A " май-я,и,ю "
	  "марк-" HARD " ким давид-" HARD " карл-" HARD " адам-" HARD
	  " эдик эрик-" HARD " лил-я,и,е,ю мир-он,она,ону ваг-иф аид-" A
	  " аза рим-ма дина дины дине дину гарик-" HARD " лука луки тарас-" HARD
	  " назар-" HARD " тихон-" HARD " макар-" HARD,
	  NULL, W_NAME, 1, 0, NULL },
	{ "james john robert michael william david richard joseph thomas "
	  "charles christopher daniel matthew anthony donald steven paul "
	  "andrew joshua kenneth kevin brian george edward ronald timothy "
	  "jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry "
	  "justin scott brandon benjamin samuel gregory alexander frank "
	  "patrick raymond jack dennis jerry tyler aaron jose adam nathan "
	  "henry douglas zachary peter kyle walter ethan jeremy harold keith "
	  "christian roger noah gerald carl terry sean austin arthur "
	  "lawrence jesse dylan bryan joe jordan billy bruce albert willie "
	  "gabriel logan alan juan wayne roy ralph randy eugene vincent "
	  "russell louis bobby philip johnny mike dave tom jim bob steve "
	  "chris matt dan tony ben sam alex nick greg ted simon oliver harry "
	  "ivan sergey dmitry alexey andrey vladimir igor oleg pavel mikhail "
	  "nikolay boris",
	  NULL, W_NAME, 0, 0, NULL },
	{ "mary patricia jennifer linda elizabeth barbara susan jessica sarah "
	  "karen lisa nancy betty sandra margaret ashley kimberly emily donna "
	  "michelle carol amanda melissa deborah stephanie rebecca sharon "
	  "laura cynthia dorothy amy kathleen angela shirley emma brenda "
	  "pamela nicole anna samantha katherine christine helen debra rachel "
	  "carolyn janet maria catherine heather diane olivia julie joyce "
	  "victoria ruth virginia lauren kelly christina joan evelyn judith "
	  "andrea hannah megan cheryl jacqueline martha madison teresa gloria "
	  "sara janice ann kathryn abigail sophia frances jean alice judy "
	  "isabella julia grace amber denise danielle marilyn beverly "
	  "charlotte natalie theresa diana brittany doris kayla alexis lori "
	  "kate jane lucy elena olga irina natalia tatiana",
	  NULL, W_NAME, 0, 0, NULL },
	{ "mark will rose faith hope joy dean grant drew chase bill art guy "
	  "rich max ray mia ian",
	  NULL, W_NAME, 1, 0, NULL },

	{ "зовут звать зовите", NULL, W_INTRO, SV_INTRO_CALLED, 0, NULL },
	{ "name name's", NULL, W_INTRO, SV_INTRO_NAME, 0, NULL },
	{ "это я говорит говорю представлюсь с i'm am im it's спасибо "
	  "здравствуйте уважаемый уважаемая господин госпожа позовите пригласите "
	  "спросите передайте беспокоит связи лицо",
	  NULL, W_INTRO, SV_INTRO_WEAK, 0, NULL },
	{ "mister mr mrs missus ms miss doctor dr", NULL, W_INTRO,
	  SV_INTRO_TITLE, 0, NULL },
	{ "фамили-я,ю,ей,и surname", NULL, W_INTRO, SV_INTRO_SURNAME, 0, NULL },
	{ "имя имени отчество first last full", NULL, W_INTRO, SV_INTRO_SURNAME,
	  1, NULL },
	{ "телефон-,а,у,ом,е,ы,ов телефончик городск-ой,ого домашн-ий,его мобильн-ый,ого,ому,ым,ая,ую "
	  "сотов-ый,ого,ому,ым звоните позвоните перезвоните перезвонить "
	  "набирайте наберите набери звони позвони перезвони ватсап вотсап "
	  "whatsapp телеграм вайбер phone telephone mobile cell cellphone "
	  "call reach",
	  NULL, W_INTRO, SV_INTRO_PHONE, 0, NULL },
	{ "номер-,а,у,ом,е number number's", NULL, W_INTRO, SV_INTRO_NUMBER, 0,
	  NULL },
	{ "карт-а,ы,е,у,ой карточк-а,и,е,у,ой card visa mastercard мир", NULL,
	  W_INTRO, SV_INTRO_CARD, 0, NULL },
	{ "паспорт-,а,у,ом,е серия серии серию паспортные passport", NULL,
	  W_INTRO, SV_INTRO_PASSPORT, 0, NULL },
	{ "инн tin", NULL, W_INTRO, SV_INTRO_INN, 0, NULL },
	{ "заказ-,а,у,ом,е,ы заявк-а,и,е,у,ой договор-,а,у,ом,е счет-,а,у,ом,е "
	  "артикул-,а,у,ом,е трек треку трека накладн-ая,ой,ую "
	  "отправлени-е,я,ю посылк-а,и,е,у обращени-е,я,ю тикет-,а,у "
	  "чек-,а,у,ом,е контракт-,а,у,ом,е позици-я,и,ю штрихкод-,а,у "
	  "баркод order invoice tracking ticket reference contract receipt "
	  "shipment parcel item sku serial огрн кпп бик",
	  NULL, W_INTRO, SV_INTRO_ORDER, 0, NULL },

	/* what may follow "меня зовут" or "my name is" and is no name */
	{ "и а но или что как где когда почему зачем кто вы мы он она они вас "
	  "нас тебя меня вам мне его ее их скажите подскажите пожалуйста "
	  "хочу хотел хотела хотели готов готова готовы могу можно нужно нужен "
	  "нужна снова слова основа половина причина машина магазин не да нет "
	  "уже еще тоже так там тут здесь из от до на по в во к ко у о об за "
	  "для при под над про без через звоню звонил звонила беру директор "
	  "менеджер менеджера руководитель клиент ваш наш мой моя ваша наша "
	  "сейчас сегодня завтра вчера алло добрый доброе день утро вечер "
	  "компани-я,и,ю,ей работаю работает занимаюсь интересует интересуюсь "
	  "то вот ну очень приятно правильно верно конечно хорошо ладно любой "
	  "один одна два три то есть мама папа просто сам сама домен новый "
	  "старый ассистент помощник робот оператор бухгалтер секретарь администратор инженер юрист кабинет "
	  "товар-,а,ы,ов магазин-а,е клинов долина картина корзина витрина "
	  "ина древесина резина бензин величина цена цены готово слово "
	  "скоро вчерашний если чтобы тогда потом",
	  NULL, W_STOP, 0, 0, NULL },
	{ "and or but the a an i we you he she it they is are was were be been "
	  "being have has had do does did will would can could should may "
	  "might must not no yes in on at by for from to with of about "
	  "calling speaking here there this that these those what when where "
	  "why how who which looking interested ready going trying wanting "
	  "want need needed like just also so very really good fine ok okay "
	  "sorry sure please thanks thank hello hi hey my your his her our "
	  "their its nice great happy glad afraid not still already back "
	  "now then today tomorrow yesterday maybe actually working with "
	  "manager director owner if because as well uh um er one two three "
	  "four five six seven eight nine ten right wrong new old sales "
	  "price available free busy home office later soon only",
	  NULL, W_STOP, 0, 0, NULL },
};

struct sv_lexicon *sv_lexicon_names(void)
{
	static struct sv_lexicon lexicon = {
		.lexemes = lexemes,
		.n = sizeof lexemes / sizeof *lexemes,
	};

	return &lexicon;
}
