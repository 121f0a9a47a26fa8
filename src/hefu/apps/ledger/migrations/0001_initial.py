import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(default='C', max_length=8, verbose_name='currency')),
                ('book', models.CharField(choices=[('expired', 'expired'), ('held', 'held'), ('issued', 'issued'), ('member', "member's"), ('reversed', 'taken back'), ('spent', 'spent')], max_length=8, verbose_name='book')),
                ('member_id', models.BigIntegerField(null=True)),
                ('balance', models.PositiveBigIntegerField(default=0, verbose_name='balance')),
                ('held', models.PositiveBigIntegerField(default=0, verbose_name='held')),
                ('owed_from_held', models.PositiveBigIntegerField(default=0)),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'constraints': [models.UniqueConstraint(condition=models.Q(('member_id__isnull', False)), fields=('brand', 'currency', 'member_id'), name='ledger_account_member'), models.UniqueConstraint(condition=models.Q(('member_id__isnull', True)), fields=('brand', 'currency', 'book'), name='ledger_account_brand'), models.CheckConstraint(condition=models.Q(models.Q(('book', 'member'), ('member_id__isnull', False)), models.Q(models.Q(('book', 'member'), _negated=True), ('balance', 0), ('held', 0), ('member_id__isnull', True)), _connector='OR'), name='ledger_account_whose'), models.CheckConstraint(condition=models.Q(('owed_from_held__lte', models.F('held'))), name='ledger_account_owed')],
            },
        ),
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('currency', models.CharField(default='C', max_length=8, verbose_name='currency')),
                ('limit', models.PositiveBigIntegerField(verbose_name='limit')),
                ('used', models.PositiveBigIntegerField(default=0, verbose_name='used')),
                ('per_person', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='per person')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'budget',
                'verbose_name_plural': 'budgets',
                'constraints': [models.UniqueConstraint(fields=('brand', 'name'), name='ledger_budget_name'), models.CheckConstraint(condition=models.Q(('used__lte', models.F('limit'))), name='ledger_budget_kept')],
            },
        ),
        migrations.CreateModel(
            name='BudgetShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member_id', models.BigIntegerField()),
                ('used', models.PositiveBigIntegerField()),
                ('budget', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='ledger.budget')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('budget', 'member_id'), name='ledger_share_person')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('deed', models.CharField(choices=[('capture', 'held coins spent'), ('expire', 'expired'), ('grant', 'granted'), ('hold', 'set aside'), ('release', 'set free again'), ('reverse', 'taken back'), ('spend', 'spent')], max_length=8, verbose_name='deed')),
                ('currency', models.CharField(default='C', max_length=8)),
                ('member_id', models.BigIntegerField()),
                ('amount', models.PositiveBigIntegerField(verbose_name='amount')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='reason')),
                ('subject', models.CharField(blank=True, max_length=80, verbose_name='subject')),
                ('by', models.CharField(max_length=120, verbose_name='by')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('budget', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.budget')),
                ('origin', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
                'indexes': [models.Index(fields=['brand', 'at'], name='ledger_transfer_when')],
                'constraints': [models.UniqueConstraint(fields=('brand', 'key'), name='ledger_transfer_once')],
            },
        ),
        migrations.CreateModel(
            name='Shortfall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveBigIntegerField(verbose_name='amount')),
                ('settled', models.PositiveBigIntegerField(default=0, verbose_name='settled')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shortfalls', to='ledger.account')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('transfer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='shortfall', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'shortfall',
                'verbose_name_plural': 'shortfalls',
                'indexes': [models.Index(fields=['brand', '-at'], name='ledger_shortfall_when')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.account')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'line',
                'verbose_name_plural': 'lines',
                'indexes': [models.Index(fields=['account', '-id'], name='ledger_posting_account')],
            },
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveBigIntegerField()),
                ('remaining', models.PositiveBigIntegerField()),
                ('expired', models.PositiveBigIntegerField(default=0)),
                ('granted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='ledger.account')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('transfer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='lot', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'lot',
                'verbose_name_plural': 'lots',
                'indexes': [models.Index(condition=models.Q(('remaining__gt', 0)), fields=['account'], name='ledger_lot_account'), models.Index(condition=models.Q(('expires_at__isnull', False), ('remaining__gt', 0)), fields=['expires_at'], name='ledger_lot_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', django.db.models.expressions.CombinedExpression(models.F('remaining'), '+', models.F('expired')))), name='ledger_lot_kept')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveBigIntegerField()),
                ('captured', models.PositiveBigIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'open'), ('captured', 'captured'), ('released', 'released')], default='open', max_length=8)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='ledger.account')),
                ('brand', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.brand')),
                ('transfer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hold', to='ledger.transfer')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['expires_at'], name='ledger_hold_due')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='ledger.lot')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='ledger.transfer')),
            ],
        ),
    ]
